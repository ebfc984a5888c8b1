"""Network architectures: nn.Module only, one architecture a file."""
