"""What a case is found by: the words and single answers of its content, how they are kept and asked for."""
