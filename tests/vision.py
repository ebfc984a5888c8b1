"""torchvision in tests: an extra, and often not the one that was built for this torch."""

from importlib.util import find_spec

import pytest
import torch

_OPERATORS: list[torch.library.Library] = []  # they are gone with the library that defines them


def import_torchvision():
    """Make torchvision importable, or skip the test where it is not installed.

    Beside another build of torch its binary part does not load; networks need none of it, but its
    import asks for two of the operators that this part defines.
    """
    if find_spec("torchvision") is None:
        pytest.skip("needs the extra vision")
    try:
        import torchvision
    except RuntimeError:
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _OPERATORS.append(library)
        import torchvision  # noqa: F401
