"""Four ways to descend the same loss: the mean squared error of wx² + b (book 2.6 to 2.8).

Each is a generator that is read like a training loop: the loss and its gradient at the present w
and b, then a step against the gradient. What differs is who finds the gradient and who takes the
step. All compute in float64 on the CPU.

Shapes: N points.
"""

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn, optim

Array = NDArray[np.float64]


class Position(NamedTuple):
    """Where a descent stands, before its next step.

    Attributes:
        w: Factor of x².
        b: Constant.
        loss: Mean squared error.
        gradient_w: Derivative of the loss by w.
        gradient_b: Derivative of the loss by b.
    """

    w: float
    b: float
    loss: float
    gradient_w: float
    gradient_b: float


Way = Callable[..., Iterator[Position]]
"""`way(x, y, w=…, b=…, lr=…)`: points x and y [N], the first w and b, the learning rate."""


def numpy_way(x: Array, y: Array, *, w: float, b: float, lr: float) -> Iterator[Position]:
    """NumPy: the gradient is written out by hand, and so is the step (book 2.6)."""
    squares = x**2
    while True:
        error = w * squares + b - y
        loss = float(np.mean(error**2))
        gradient_w, gradient_b = 2 * float(np.mean(error * squares)), 2 * float(np.mean(error))
        yield Position(w, b, loss, gradient_w, gradient_b)
        w -= lr * gradient_w
        b -= lr * gradient_b


def autograd_way(x: Array, y: Array, *, w: float, b: float, lr: float) -> Iterator[Position]:
    """Torch finds the gradient, the step is taken by hand (book 2.7)."""
    squares, targets = torch.tensor(x**2), torch.tensor(y)
    slope = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    constant = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    while True:
        loss = torch.mean((slope * squares + constant - targets) ** 2)
        gradients = torch.autograd.grad(loss, (slope, constant))
        yield _position(slope, constant, loss, *gradients)
        with torch.no_grad():
            slope -= lr * gradients[0]
            constant -= lr * gradients[1]


def torch_way(x: Array, y: Array, *, w: float, b: float, lr: float) -> Iterator[Position]:
    """Torch finds the gradient and takes the step: `torch.nn` and `torch.optim`."""
    squares, targets = torch.tensor(x**2)[:, None], torch.tensor(y)[:, None]  # [N, 1]
    line = nn.utils.skip_init(nn.Linear, 1, 1, dtype=torch.float64)  # type: ignore[no-untyped-call]
    nn.init.constant_(line.weight, w)
    nn.init.constant_(line.bias, b)
    loss_function, optimizer = nn.MSELoss(), optim.SGD(line.parameters(), lr=lr)
    while True:
        optimizer.zero_grad()
        loss = loss_function(line(squares), targets)
        loss.backward()
        yield _position(line.weight, line.bias, loss, line.weight.grad, line.bias.grad)
        optimizer.step()


def tensorflow_way(x: Array, y: Array, *, w: float, b: float, lr: float) -> Iterator[Position]:
    """TensorFlow finds the gradient on its tape, the step is taken by hand (book 2.8).

    Needs the extra `tensorflow`; see `is_installed`.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # no lines about the processor
    import tensorflow as tf  # noqa: PLC0415 - heavy, and an extra

    with tf.device("CPU"):
        squares, targets = tf.constant(x**2), tf.constant(y)
        slope, constant = tf.Variable(w, dtype=tf.float64), tf.Variable(b, dtype=tf.float64)
    while True:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((slope * squares + constant - targets) ** 2)
        gradients = tape.gradient(loss, (slope, constant))
        yield Position(*(float(tensor) for tensor in (slope, constant, loss, *gradients)))
        for variable, gradient in zip((slope, constant), gradients, strict=True):
            variable.assign_sub(lr * gradient)


def is_installed(way: str) -> bool:
    """Whether what a way needs is there: all but TensorFlow always is."""
    return way != "tensorflow" or find_spec("tensorflow") is not None


def _position(*tensors: Tensor | None) -> Position:
    """The numbers in torch's tensors of one value each; None would be a gradient not yet found."""
    return Position(*(tensor.item() for tensor in tensors if tensor is not None))


WAYS: dict[str, Way] = {
    "numpy": numpy_way,
    "autograd": autograd_way,
    "torch": torch_way,
    "tensorflow": tensorflow_way,
}
