"""What things cost, side by side with a baseline in the same run; CPU and counts before wall time."""
