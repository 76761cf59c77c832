"""A node that dies: run as a program by `test_store_kill.py`.

    crash.py FILE BLOCKS            take the blocks into the ledger FILE, say when the first is in, and leave
    crash.py FILE BLOCKS FIRST N    for each of N write statements from FIRST on: a copy of FILE, and a child that takes the blocks into it and
                                    kills itself as that statement begins; FILE.0, FILE.1, … are what is left behind

Blocks are hexadecimal, one a line.
"""

import os
import shutil
import signal
import sys
from pathlib import Path

from wattmint.ledger.block import Block
from wattmint.ledger.chain import Chain
from wattmint.ledger.rules import PLAYGROUND

LATE_S = 1 << 31
WRITES = ("BEGIN", "INSERT", "DELETE", "UPDATE", "COMMIT")


def blocks_of(file: str) -> list[Block]:
    return [Block.parse(bytes.fromhex(line)) for line in Path(file).read_text(encoding="utf-8").split()]


def take(file: Path, blocks: list[Block], die_at: int | None = None) -> None:
    chain = Chain(file, PLAYGROUND, lambda: LATE_S)
    done = 0

    def watch(statement: str) -> None:
        nonlocal done
        if statement.startswith(WRITES):
            if done == die_at:
                os.kill(os.getpid(), signal.SIGKILL)
            done += 1

    if die_at is not None:
        chain.store._db.set_trace_callback(watch)
    for number, block in enumerate(blocks):
        chain.accept(block)
        if number == 0 and die_at is None:
            sys.stdout.write("in\n")
            sys.stdout.flush()
    chain.close()


def main() -> None:
    file, blocks = Path(sys.argv[1]), blocks_of(sys.argv[2])
    if len(sys.argv) == 3:
        take(file, blocks)
        return
    for number in range(int(sys.argv[4])):
        copy = file.with_name(f"{file.name}.{number}")
        shutil.copy(file, copy)
        child = os.fork()
        if child == 0:
            take(copy, blocks, int(sys.argv[3]) + number)
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
