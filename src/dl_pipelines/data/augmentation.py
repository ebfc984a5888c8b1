"""Changed images: at random to learn from, and in known ways to see what a classifier bears.

Everything happens to a whole batch at once, on the images' device. Points are in pixels from the
middle of the image, x to the right and y down; what comes in from outside is black.

Shapes: B images, H and W pixels.
"""

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional

BLACK, WHITE = 0, 255


@torch.no_grad()
def augment(
    images: Tensor,
    *,
    rotation: float = 0.0,
    shift: float = 0.0,
    scale: float = 0.0,
    shear: float = 0.0,
    elastic: float = 0.0,
    elastic_sigma: float = 4.0,
    generator: Generator | None = None,
) -> Tensor:
    """Change each image at random, a little (Simard et al. 2003).

    An image is shifted, scaled, sheared and turned about its middle, and bent, all in one
    interpolation. The settings are strengths, and 0 leaves a change out; all but that of the
    bending are drawn evenly from between minus and plus their setting.

    Args:
        images: Grey levels 0 … 255, [B, H, W].
        rotation: Largest turn, degrees.
        shift: Largest move along each axis, pixels.
        scale: Largest growth or shrinkage, as a share of the size.
        shear: Largest slant of upright lines, degrees.
        elastic: Strength of the bending, pixels. Displacements of as much at most, one for each
            pixel and axis, are smoothed by a Gaussian; what is left of them has a standard
            deviation of 0.16 `elastic` / `elastic_sigma` pixels.
        elastic_sigma: Standard deviation of that Gaussian, at least 1 pixel.
        generator: Of the random numbers, on the images' device; torch's global one if None.

    Returns:
        Grey levels, float32 [B, H, W]; `images` itself if every strength is 0.
    """
    if not any((rotation, shift, scale, shear, elastic)):
        return images
    limits = torch.tensor([rotation, scale, shear, shift, shift], device=images.device)
    drawn = torch.rand(5, len(images), device=images.device, generator=generator) * 2 - 1
    turn, growth, slant, *moves = drawn * limits[:, None]
    points = _points(images, _inverse(turn, 1 + growth, slant), torch.stack(moves, dim=1))
    if elastic:
        points.add_(_smooth_noise(images, elastic_sigma, generator), alpha=elastic)
    return _sample(images, points)


@torch.no_grad()
def rotate(images: Tensor, degrees: float) -> Tensor:
    """Turn all images about their middle, anticlockwise for the eye.

    Args:
        images: Grey levels 0 … 255, [B, H, W].
        degrees: The angle.

    Returns:
        Grey levels, float32 [B, H, W].
    """
    turn, none = torch.tensor([[degrees], [0.0]], device=images.device)
    matrix = _inverse(turn, 1 + none, none).expand(len(images), -1, -1)
    return _sample(images, _points(images, matrix, none.expand(len(images), 2)))


def add_noise(images: Tensor, sd: float, *, generator: Generator | None = None) -> Tensor:
    """Add normal noise to each pixel, cut off at black and white.

    Args:
        images: Grey levels 0 … 255, [B, H, W].
        sd: Standard deviation, grey levels.
        generator: Of the random numbers, on the images' device; torch's global one if None.

    Returns:
        Grey levels, float32 [B, H, W].
    """
    noise = torch.randn(images.shape, device=images.device, generator=generator)
    return (images + sd * noise).clamp(BLACK, WHITE)


def occlude(images: Tensor, size: int, *, generator: Generator | None = None) -> Tensor:
    """Put a black square onto each image, anywhere within it (DeVries and Taylor 2017, cutout).

    Args:
        images: Grey levels, [B, H, W].
        size: Side of the square, pixels; it covers the image where it is as large.
        generator: Of the random numbers, on the images' device; torch's global one if None.

    Returns:
        Grey levels of the same type, [B, H, W].
    """
    drawn = torch.rand(2, len(images), 1, device=images.device, generator=generator)
    hidden = []
    for extent, share in zip(images.shape[1:], drawn, strict=True):
        first = (share * max(extent - size + 1, 1)).floor()
        pixel = torch.arange(extent, device=images.device)
        hidden.append((pixel >= first) & (pixel < first + size))
    rows, columns = hidden
    return images.masked_fill(rows[:, :, None] & columns[:, None, :], BLACK)


def _inverse(turn: Tensor, size: Tensor, slant: Tensor) -> Tensor:
    """From a point of the changed image to where it lay before, [B, 2, 2].

    The change itself grows the image by `size`, then slants it, then turns it.

    Args:
        turn: Degrees, anticlockwise for the eye, [B].
        size: Factors, [B].
        slant: Degrees, [B].
    """
    cos, sin, tan = turn.deg2rad().cos(), turn.deg2rad().sin(), slant.deg2rad().tan()
    entries = torch.stack([cos - tan * sin, -sin - tan * cos, sin, cos], dim=1) / size[:, None]
    return entries.reshape(-1, 2, 2)


def _points(images: Tensor, inverse: Tensor, moves: Tensor) -> Tensor:
    """Where each pixel of the changed images is read: x and y, [B, 2, H, W].

    The axis of x and y stands before the pixels: that is two to three times as fast as
    `affine_grid`, which puts it last.

    Args:
        images: [B, H, W].
        inverse: See `_inverse`, [B, 2, 2].
        moves: How far the images are shifted before that, x and y, [B, 2].
    """
    y, x = (torch.arange(size, device=images.device) - (size - 1) / 2 for size in images.shape[1:])
    along_x = inverse[:, :, 0, None] * x - moves[:, :, None]
    along_y = inverse[:, :, 1, None] * y
    return along_y[:, :, :, None] + along_x[:, :, None, :]


def _sample(images: Tensor, points: Tensor) -> Tensor:
    """Grey levels at points [B, 2, H, W] by bilinear interpolation, [B, H, W]."""
    height, width = images.shape[1:]
    borders = torch.tensor([width / 2, height / 2], device=images.device)  # -1 and 1 to the grid
    grid = (points / borders[:, None, None]).movedim(1, 3)
    channels = images[:, None].float()
    return functional.grid_sample(channels, grid, align_corners=False).squeeze(1)


def _smooth_noise(images: Tensor, sigma: float, generator: Generator | None) -> Tensor:
    """Noise as if each pixel's, even in [-1, 1], had been smoothed by a Gaussian; [B, 2, H, W].

    It is drawn at nodes `sigma` apart, also outside the image so that its border is bent like the
    rest. The sum of their Gaussians has the same covariance, up to a share of 1e-3, and takes fewer
    random numbers, by a factor of nearly `sigma` squared for large images.
    """
    count, height, width = images.shape
    down, across = (_gaussians(size, sigma, images.device) for size in (height, width))
    nodes = (count, 2, down.shape[1], across.shape[1])
    noise = torch.randn(nodes, device=images.device, generator=generator) / math.sqrt(3)
    return down @ noise @ across.T


def _gaussians(size: int, sigma: float, device: torch.device) -> Tensor:
    """Weight of each node for each pixel along one axis, [pixels, nodes]."""
    nodes = torch.arange(-3 * sigma, size + 3 * sigma, sigma, device=device)
    distances = torch.arange(size, device=device)[:, None] - nodes
    density = torch.exp(-0.5 * (distances / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))
    return density * math.sqrt(sigma)  # as much variance as from a node at each pixel
