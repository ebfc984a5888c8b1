"""Simple pictures and what can be measured on them."""

import torch


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def bar(height=41, width=41):
    """An upright bar through the middle."""
    image = torch.zeros(1, height, width)
    image[:, height // 2 - 10 : height // 2 + 11, width // 2] = 255
    return image


def moments(images):
    """Centre and covariance of the light of each image, x then y, from the middle."""
    height, width = images.shape[1:]
    y, x = torch.meshgrid(
        torch.arange(height) - (height - 1) / 2,
        torch.arange(width) - (width - 1) / 2,
        indexing="ij",
    )
    points = torch.stack([x, y], dim=-1).reshape(-1, 2)
    light = images.flatten(1) / images.flatten(1).sum(dim=1, keepdim=True)
    centre = light @ points
    away = points - centre[:, None]
    return centre, torch.einsum("bp,bpi,bpj->bij", light, away, away)


def lean(images):
    """Degrees by which a bar leans to the left of upright."""
    _, covariance = moments(images)
    return torch.rad2deg(torch.atan(covariance[:, 0, 1] / covariance[:, 1, 1]))
