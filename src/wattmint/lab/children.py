"""The two processes whose power is cut in `lab stop`: ``python -m wattmint.lab.children mine|train …``.

Each tells on standard output how far it is, a line at a time, and would go on for ever.

    mine FIRST_CHUNK                       tries SHARES                  after each chunk, from that chunk on
    train CHECKPOINT|- EVERY               step LOSS                     after each step; a checkpoint after every so many
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from wattmint.lab.language import drawn_language
from wattmint.lab.mining import ALGORITHMS, HEADER, later, sha256d_chunks
from wattmint.lab.training import MODEL, load, save, started, trained

SEED: Final = 1
CHUNK_BATCHES: Final = 256
"""Of a chunk: about 600,000 tries, a hundredth of a second."""


def mine(first_chunk: int) -> Iterator[str]:
    """Mine for ever, from a chunk on; a chunk is a fresh header, so that no state is needed to go on.

    Parameters
    ----------
    first_chunk : int
        0 at the start.

    Yields
    ------
    str
        Tries and shares so far.
    """
    tries = shares = 0
    chunk = first_chunk
    while True:
        made, found = next(sha256d_chunks(later(HEADER, chunk), 0, ALGORITHMS["sha256d"].tries_per_share, CHUNK_BATCHES))
        tries, shares, chunk = tries + made, shares + len(found), chunk + 1
        yield f"{tries} {shares}"


def train(checkpoint: Path | None, every: int) -> Iterator[str]:
    """Train the small model for ever, from the checkpoint on if there is one.

    Parameters
    ----------
    checkpoint : Path or None
        Where it is written; None writes none.
    every : int
        Steps from one to the next.

    Yields
    ------
    str
        Steps so far and the last one's loss, in full digits.
    """
    language = drawn_language(MODEL.vocab, SEED)
    state = load(checkpoint) if checkpoint is not None and checkpoint.exists() else started(SEED)
    while True:
        state = trained(state, language, SEED)
        if checkpoint is not None and state.step % every == 0:
            save(state, checkpoint)
        yield f"{state.step} {state.loss!r}"


def lines(words: Sequence[str]) -> Iterator[str]:
    """Return what the process that is started with these words tells."""
    if words[0] == "mine":
        return mine(int(words[1]))
    return train(None if words[1] == "-" else Path(words[1]), int(words[2]))


if __name__ == "__main__":
    for line in lines(sys.argv[1:]):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
