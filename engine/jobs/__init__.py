"""What the clock does: jobs are carried out, cases are woken, the trail is anchored."""
