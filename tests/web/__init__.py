"""The pages, through Flask's test client on both databases."""
