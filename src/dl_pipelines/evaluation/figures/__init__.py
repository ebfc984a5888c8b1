"""Figures of the evaluation: every function returns a matplotlib Figure."""
