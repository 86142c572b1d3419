"""What can be run: the catalogue of procedures, their diagrams, forms, people and checks."""
