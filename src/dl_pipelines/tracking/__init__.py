"""What a run leaves in MLflow; the only package that imports it."""
