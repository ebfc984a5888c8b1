"""Arrays to tensors: windows, splits, scalers and in-memory batches."""
