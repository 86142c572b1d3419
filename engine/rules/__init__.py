"""What content must satisfy: small pure functions over figures that carry the clause they come from."""
