"""From a site file to plain tables."""

import tomllib
from pathlib import Path
from typing import Any, Final

from wattmint.errors import ScenarioError

LONGEST_PATH_SHOWN: Final = 50
"""Characters of a path in a message."""


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read a TOML file.

    Parameters
    ----------
    path : str or Path
        The site file.

    Returns
    -------
    dict
        Tables as dicts, arrays as lists.

    Raises
    ------
    ScenarioError
        When the file is missing, is a folder, cannot be read, is not UTF-8, or is not TOML (with the line).
    """
    try:
        with Path(path).open("rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError("site file", _end(path), f"not TOML: {error}") from None
    except UnicodeDecodeError as error:
        raise ScenarioError("site file", _end(path), f"not UTF-8 text (byte {error.start})") from None
    except FileNotFoundError:
        raise ScenarioError("site file", _end(path), "no such file; `wattmint init` writes one to start from") from None
    except IsADirectoryError:
        raise ScenarioError("site file", _end(path), "a folder, not a file") from None
    except OSError as error:
        raise ScenarioError("site file", _end(path), f"cannot be read: {error.strerror or error}") from None


def _end(path: str | Path) -> str:
    """Return a path short enough for a message: of a long one the end, which tells files apart."""
    text = str(path)
    return text if len(text) <= LONGEST_PATH_SHOWN else "…" + text[-LONGEST_PATH_SHOWN:]
