"""The one way in which benchmarks take time.

Programs that are compared take turns in one process, so that a busy machine slows all of them
alike. What counts is a ratio: the median, over the rounds, of one program's seconds over
another's in the same round. `torch.utils.benchmark` times one statement after another and so
cannot tell a slower program from a busier minute.
"""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from results import Row

Program = Callable[[], object]


@dataclass(frozen=True)
class Seconds:
    """What a program took, round by round.

    Attributes:
        wall: Wall time, s.
        cpu: Processor time of this process, s; other work on the machine changes it less.
    """

    wall: list[float]
    cpu: list[float]

    @property
    def median(self) -> float:
        """Median wall time, s."""
        return median(self.wall)

    def over(self, other: "Seconds") -> float:
        """Median of the rounds' ratios: above 1 where this one is slower."""
        return median(one / two for one, two in zip(self.wall, other.wall, strict=True))


def interleave(programs: Mapping[str, Program], rounds: int) -> dict[str, Seconds]:
    """Run programs in turns, after one round that warms up.

    Args:
        programs: What to run, by name.
        rounds: How often each is timed.
    """
    seconds = {name: Seconds([], []) for name in programs}
    for number in range(rounds + 1):
        for name, program in programs.items():
            wall, cpu = time.perf_counter(), time.process_time()
            program()
            if number > 0:
                seconds[name].wall.append(time.perf_counter() - wall)
                seconds[name].cpu.append(time.process_time() - cpu)
    return seconds


def compared(
    seconds: Mapping[str, Seconds],
    reference: str,
    *,
    label: str = "{}",
    unit: str = "s",
    scale: float = 1.0,
) -> list[Row]:
    """A row for each program, with its ratio to one of them.

    Args:
        seconds: What `interleave` gives.
        reference: The program that the others are compared with.
        label: What the row is called, around the program's name.
        unit: Of the value.
        scale: What the median seconds are multiplied by to be in that unit.
    """
    return [
        Row(label.format(name), own.median * scale, unit, own.over(seconds[reference]), reference)
        for name, own in seconds.items()
    ]


def options(description: str | None, rounds: int) -> Namespace:
    """Read the command line of a benchmark: `--rounds` and `--threads`.

    Args:
        description: The script's docstring.
        rounds: Rounds it takes by default.
    """
    parser = ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=rounds, help="how often each is timed")
    parser.add_argument("--threads", type=int, default=1, help="threads of torch")
    return parser.parse_args()
