"""Emberlake: an open carbon lakehouse."""
