"""What can be said of made pictures that no classifier has read.

Shapes: N pictures of H x W pixels.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def made_metrics(images: NDArray[np.uint8]) -> dict[str, float]:
    """Figures of pictures.

    Args:
        images: Grey levels [N, H, W], 0 the background.

    Returns:
        samples: N; distinct: how many of them are different; inked: the share of pixels that are
        not background, a fraction.
    """
    return {
        "samples": len(images),
        "distinct": len({image.tobytes() for image in images}),
        "inked": float(np.mean(images > 0)),
    }


def made_verdict(
    metrics: Mapping[str, float],
    *,
    model: str,
    recipe: str,
    asked: str = "",
    in_turn: bool = False,
    quick: bool = False,
) -> str:
    """What was made, in sentences.

    Args:
        metrics: Of `made_metrics`.
        model: The pipeline that trained the network.
        recipe: Its recipe.
        asked: Name of the class that was asked for, if one was.
        in_turn: Whether all classes were asked for in turn.
        quick: Whether the network's training was a short one for a look.
    """
    count, distinct = metrics["samples"], metrics["distinct"]
    kind = f" of the class {asked}" if asked else ", all classes in turn" if in_turn else ""
    sentences = [
        f"{model} ({recipe}) has made {count:,} picture{'s' * (count != 1)}{kind}.",
        f"Only {distinct:,} of them differ." if distinct < count else "",
        f"Nobody has chosen or judged them; how good they are say the metrics of {model}.",
        "It learnt in a quick run, a short training for a look." if quick else "",
    ]
    return " ".join(filter(None, sentences))
