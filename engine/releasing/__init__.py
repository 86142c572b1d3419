"""What makes a version of a procedure: one door for a person's release and for that of an approved change."""
