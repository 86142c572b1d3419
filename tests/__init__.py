"""The proofs, in the same shape as the house."""
