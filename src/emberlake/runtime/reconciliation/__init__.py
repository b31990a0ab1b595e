"""Nightly reconciliation: a window is proven by computing it anew, and what differs is repaired by key and told with its cause."""
