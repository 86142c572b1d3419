"""What auditors, heads and owners ask: cases, the log, reads, figures, duties, keeping."""
