"""The tables: columns and neighbours, no rules."""
