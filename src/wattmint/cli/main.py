"""The parser, and the border at which every exception becomes one line and an exit code.

    exit code   when
    0           done
    1           results could not be written, or the package is at fault
    2           the input is refused: one line says which field, which value and what is allowed
    130         interrupted (Ctrl-C); nothing half-written is left behind
    141         whoever read the output has gone away

The verbs import what they compute with when they are called, so that ``wattmint --help`` answers at once.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, NoReturn

from wattmint.cli import (
    backup,
    chain,
    check,
    convert,
    dispatch,
    facility,
    facts,
    finance,
    init,
    lab,
    mine,
    run,
    schema,
    serve,
    solve,
    tokens,
    train,
    unit_costs,
)
from wattmint.errors import InputError, WattmintError
from wattmint.version import VERSION

VERBS: Final = (
    run, solve, init, check, facts, dispatch, facility, backup, mine, serve, train, finance, convert, tokens, unit_costs, chain, lab, schema,
)  # fmt: skip
"""Modules of the verbs in the order of the help; each has ``add(verbs)``."""

EXIT_FAILED: Final = 1
EXIT_REFUSED: Final = 2
EXIT_INTERRUPTED: Final = 130
EXIT_PIPE_CLOSED: Final = 141


class OneLineParser(argparse.ArgumentParser):
    """A parser whose refusal is one line, like every other refusal, and which takes no abbreviated options.

    Parameters
    ----------
    **settings
        Of `argparse.ArgumentParser`.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **settings})

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the words given, and leave with `EXIT_REFUSED`."""
        self.exit(EXIT_REFUSED, f"error: {message}; see '{self.prog} --help'\n")


def parser() -> OneLineParser:
    """Return the parser of the whole command line.

    Returns
    -------
    OneLineParser
        ``parse_args`` sets ``verb``, the function to call with the parsed arguments.
    """
    top = OneLineParser(
        prog="wattmint",
        description="What should a megawatt mint: AI tokens, coins, or both? A site file in, a verdict out.",
        epilog="'wattmint VERB --help' tells more of a verb. Start with 'wattmint init' and 'wattmint run site.toml'.",
    )
    top.add_argument("--version", action="version", version=f"wattmint {VERSION}")
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    for module in VERBS:
        module.add(verbs)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after ``wattmint``; the process's own by default.

    Returns
    -------
    int
        Exit code.
    """
    given = parser().parse_args(arguments)
    return at_border(lambda: given.verb(given))


def at_border(work: Callable[[], int]) -> int:
    """Call `work` and turn what it raises into one line on standard error and an exit code.

    Parameters
    ----------
    work : callable
        Returns an exit code.

    Returns
    -------
    int
        Exit code, see the head of this module. An exception that is neither wattmint's nor the system's is a defect
        and passes with its traceback.
    """
    try:
        code = work()
        sys.stdout.flush()  # a reader who has gone away, or a full disk, shows here and not at exit
    except InputError as error:
        return _say(error, EXIT_REFUSED)
    except WattmintError as error:
        return _say(error, EXIT_FAILED)
    except KeyboardInterrupt:
        return _say("interrupted; no result was written", EXIT_INTERRUPTED)
    except BrokenPipeError:
        _forget_stdout()
        return EXIT_PIPE_CLOSED
    except OSError as error:
        _forget_stdout()
        return _say(f"{error.filename or 'output'}: {error.strerror or error}", EXIT_FAILED)
    return code


def entry() -> NoReturn:
    """Leave the process with the exit code of `main`: the console script."""
    sys.exit(main())


def _say(what: object, code: int) -> int:
    line = " ".join(str(what).split())
    clear = "\r\x1b[2K" if sys.stderr.isatty() else ""  # a line of progress may stand there unfinished
    print(f"{clear}error: {line}", file=sys.stderr)
    return code


def _forget_stdout() -> None:
    """Point standard output at nothing: Python flushes it once more at exit, which would raise again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
