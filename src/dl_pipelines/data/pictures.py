"""Pictures of digits as MNIST has them (LeCun, Bottou, Bengio & Haffner 1998, III.A).

Shapes: H x W pixels of a picture, h x w of a part of it, C channels.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from dl_pipelines.errors import DataError

SIDE = 28  # pixels
_BOX = 20  # pixels that the longer side of a digit has
_MIDDLE = 14  # row and column that its centre of mass lies in

_WHITE, _BLACK = 255.0, 0.0
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # of red, green and blue, ITU-R BT.601
_FAINTEST = 24.0  # grey levels; less ink than that is none
_NOISE = 6.0  # median deviations of the background: four standard deviations of Gaussian noise
_EDGE = 0.2  # of the strongest ink; less is what noise and JPEG leave around a stroke

Picture = NDArray[np.uint8]
Levels = NDArray[np.float32]


def normalise_digit(picture: Picture) -> Picture:
    """Make of a picture of one digit what the digits of MNIST are.

    The ink, dark on bright or bright on dark, is cut out, scaled to 20 pixels with its aspect
    kept, and put into the field so that its centre of mass is in the middle.

    Args:
        picture: Colours and alpha [H, W, 4].

    Returns:
        Grey levels [28, 28], 0 = background, the strongest ink 255.

    Raises:
        DataError: If there is nothing on the picture. The sentence leaves the file's name to the
            caller.
    """
    digit = _scaled(_cut_out(_ink(picture)), _BOX)
    return _centred(np.round(digit * (_WHITE / digit.max())).astype(np.uint8))


def thumbnail(picture: Picture, side: int) -> Picture:
    """A small copy of a picture, on white.

    Args:
        picture: Colours and alpha [H, W, 4].
        side: Height and width of the copy, pixels.

    Returns:
        Colours [side, side, 3], the picture in the middle with its aspect kept.
    """
    small = _scaled(_on_paper(picture, _WHITE), side)
    height, width = small.shape[:2]
    top, left = (side - height) // 2, (side - width) // 2
    canvas = np.full((side, side, 3), _WHITE, dtype=np.uint8)
    canvas[top : top + height, left : left + width] = np.round(small)
    return canvas


def _on_paper(picture: Picture, paper: float) -> Levels:
    """Colours [H, W, 3] where what is transparent shows the paper."""
    alpha = picture[..., 3:].astype(np.float32) / _WHITE
    mixed: Levels = picture[..., :3] * alpha + np.float32(paper) * (1 - alpha)
    return mixed


def _ink(picture: Picture) -> Levels:
    """How far each pixel is from the background, in the direction of the ink, [H, W]."""
    for paper in (_WHITE, _BLACK):  # white ink on a transparent ground shows on black only
        ink = _contrast(_on_paper(picture, paper) @ _LUMA)
        if ink.max() >= _FAINTEST:
            return ink
    raise DataError("the picture is blank: draw the digit darker, or brighter, than the ground.")


def _contrast(grey: Levels) -> Levels:
    """Distance from the background, which is what most of the border shows, less its noise."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ground = np.median(border)
    bright = ground > (grey.min() + grey.max()) / 2
    noise = _NOISE * np.median(np.abs(border - ground))
    ink: Levels = np.maximum((ground - grey if bright else grey - ground) - noise, 0)
    return ink


def _cut_out(ink: Levels) -> Levels:
    """The smallest part that holds all ink, [h, w]."""
    rows, columns = np.nonzero(ink > _EDGE * ink.max())
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _scaled(image: Levels, longest: int) -> Levels:
    """Resize [H, W] or [H, W, C] so that its longer side is `longest`; pixels are averaged."""
    height, width = (
        max(1, round(side * longest / max(image.shape[:2]))) for side in image.shape[:2]
    )
    channels = torch.from_numpy(np.atleast_3d(image)).float().permute(2, 0, 1)
    resized = functional.interpolate(
        channels[None], size=(height, width), mode="bilinear", antialias=True
    )[0]
    return resized.permute(1, 2, 0).numpy().reshape(height, width, *image.shape[2:])


def _centred(digit: Picture) -> Picture:
    """Put a digit [h, w] into the field by whole pixels, no part of it outside."""
    from scipy.ndimage import center_of_mass  # noqa: PLC0415  heavy: imported when used

    field = np.zeros((SIDE, SIDE), dtype=np.uint8)
    top, left = (
        min(max(round(_MIDDLE - mass), 0), SIDE - side)
        for mass, side in zip(center_of_mass(digit), digit.shape, strict=True)
    )
    field[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return field
