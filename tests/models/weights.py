"""Weights that anyone can write down, for golden values."""

import torch


def fixed_weights(net):
    """Weights 0.00, 0.01, … 0.09, 0.00, … in the order of the parameters."""
    with torch.no_grad():
        for parameter in net.parameters():
            count = torch.arange(parameter.numel(), dtype=parameter.dtype) % 10
            parameter.copy_((count * 0.01).reshape(parameter.shape))
    return net
