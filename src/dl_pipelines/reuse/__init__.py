"""Rerun only what changed: results are kept with what they were made from, and compared with it."""
