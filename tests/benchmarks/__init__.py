"""Tests of the benchmarks: what they say of the figures, not how fast anything is."""
