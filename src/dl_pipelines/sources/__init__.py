"""The outside world: one module a provider, each returning a raw frame."""
