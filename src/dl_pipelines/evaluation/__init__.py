"""Metrics, reference forecasts, significance tests and figures."""
