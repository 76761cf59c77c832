"""`lab stop`: what is lost when the power fails in the middle.

Real processes are killed with SIGKILL, which no program can see coming, and started again. A mining process has nothing to lose but the
tries it was just making: the next ones are as good as any. A training run is one long calculation: what came after the last checkpoint
must be done again, and without a checkpoint everything.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wattmint.errors import WattmintError
from wattmint.lab.children import CHUNK_BATCHES
from wattmint.lab.mining import ALGORITHMS, VERSIONS
from wattmint.lab.search import LANES

CHECKPOINT_EVERY: Final = 20
KILLED_AT_STEP: Final = 55
"""Fifteen steps after a checkpoint."""
KILLED_AT_CHUNK: Final = 40
SAME_AGAIN: Final = 5
"""Steps or chunks that a process that was started again goes on for."""


@dataclass(frozen=True, slots=True)
class MiningStop:
    """A mining process, killed and started again.

    Attributes
    ----------
    tries_before, shares_before : int
        Done and told when it was killed: shares count when they are found, so these are kept.
    lost_tries_at_most : int
        The chunk that was under way.
    lost_s_at_most : float
        Its time.
    restart_s : float
        From the start of the new process to its first finished chunk.
    tries_after, shares_after, shares_expected_after : float
        Of the new process: luck goes on as if nothing had happened.
    """

    tries_before: int
    shares_before: int
    lost_tries_at_most: int
    lost_s_at_most: float
    restart_s: float
    tries_after: int
    shares_after: int
    shares_expected_after: float


@dataclass(frozen=True, slots=True)
class TrainingStop:
    """A training run, killed and started again.

    Attributes
    ----------
    checkpoint_every : int
        Steps; 0 is never.
    steps_before, resumed_after : int
        Steps done when it was killed, and steps that it still had when it was started again.
    lost_steps : int
        The difference.
    lost_s : float
        Time that they had taken.
    restart_s : float
        From the start of the new process to its first finished step.
    same_loss : bool or None
        Whether the run that was taken up computed the same loss as the first had, digit by digit; None where it ran over no such step.
    """

    checkpoint_every: int
    steps_before: int
    resumed_after: int
    lost_steps: int
    lost_s: float
    restart_s: float
    same_loss: bool | None


@dataclass(frozen=True, slots=True)
class Stops:
    """What `lab stop` found."""

    mining: MiningStop
    with_checkpoints: TrainingStop
    without_checkpoints: TrainingStop


@dataclass(frozen=True, slots=True)
class Told:
    """Lines of a process before it was killed, each with the seconds from its start at which it came."""

    lines: tuple[tuple[str, ...], ...]
    at_s: tuple[float, ...]


def run_and_kill(words: list[str], count: int) -> Told:
    """Start a process of `wattmint.lab.children`, and kill it when it has told so many lines.

    Parameters
    ----------
    words : list of str
        As there.
    count : int
        Lines to wait for.

    Returns
    -------
    Told
        Lines that came after the kill, from what was already under way, are in it.

    Raises
    ------
    WattmintError
        If the process ends by itself.
    """
    start, told, at_s = time.perf_counter(), [], []
    with subprocess.Popen([sys.executable, "-m", "wattmint.lab.children", *words], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            for line in process.stdout or ():
                told.append(tuple(line.split()))
                at_s.append(time.perf_counter() - start)
                if len(told) == count:
                    process.kill()
        finally:
            process.kill()
    if len(told) < count:
        raise WattmintError(f"the process '{' '.join(words)}' ended by itself, with exit code {process.returncode}")
    return Told(tuple(told), tuple(at_s))


def measure_stops(progress: Callable[[int, int], None] | None = None) -> Stops:
    """Kill and restart a mining process, a training run with checkpoints and one without.

    Parameters
    ----------
    progress : callable, optional
        Told processes done and to do.

    Returns
    -------
    Stops
        In about ten seconds.
    """
    tell = progress or (lambda _done, _all: None)
    with tempfile.TemporaryDirectory() as folder:
        tell(0, 3)
        mining = _mining_stop()
        tell(1, 3)
        with_checkpoints = _training_stop(str(Path(folder) / "checkpoint.npz"), CHECKPOINT_EVERY)
        tell(2, 3)
        without = _training_stop("-", 0)
        tell(3, 3)
    return Stops(mining, with_checkpoints, without)


def _mining_stop() -> MiningStop:
    before = run_and_kill(["mine", "0"], KILLED_AT_CHUNK)
    after = run_and_kill(["mine", str(len(before.lines) + 1)], KILLED_AT_CHUNK)
    chunk = CHUNK_BATCHES * LANES * VERSIONS
    chunk_s = (before.at_s[-1] - before.at_s[0]) / (len(before.at_s) - 1)
    tries_after = int(after.lines[-1][0])
    return MiningStop(
        tries_before=int(before.lines[-1][0]),
        shares_before=int(before.lines[-1][1]),
        lost_tries_at_most=chunk,
        lost_s_at_most=chunk_s,
        restart_s=after.at_s[0],
        tries_after=tries_after,
        shares_after=int(after.lines[-1][1]),
        shares_expected_after=tries_after / ALGORITHMS["sha256d"].tries_per_share,
    )


def _training_stop(checkpoint: str, every: int) -> TrainingStop:
    words = ["train", checkpoint, str(every)]
    before = run_and_kill(words, KILLED_AT_STEP)
    after = run_and_kill(words, SAME_AGAIN)
    steps, resumed = int(before.lines[-1][0]), int(after.lines[0][0]) - 1
    again = [step for step in after.lines if int(step[0]) <= steps]
    return TrainingStop(
        checkpoint_every=every,
        steps_before=steps,
        resumed_after=resumed,
        lost_steps=steps - resumed,
        lost_s=before.at_s[-1] - (before.at_s[resumed - 1] if resumed else before.at_s[0] * (steps > 1)),
        restart_s=after.at_s[0],
        same_loss=all(step in before.lines for step in again) if again else None,
    )
