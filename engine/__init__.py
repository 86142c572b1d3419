"""The engine: procedures, rules and actions; no HTTP."""
