"""The version, once: the package's metadata, the command line and every verdict read it here."""

from typing import Final

VERSION: Final = "0.1.0"
