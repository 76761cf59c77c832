"""Writing results: everything or nothing, never half a file.

Each file is first written in full beside its place under a hidden temporary name and pushed to the disk; only when all
are there are they renamed. A full disk or an interruption before that leaves the folder as it was; one during the
renaming, which moves no data, is held back until all names are in place.
"""

import io
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from wattmint.errors import OutputError

if TYPE_CHECKING:
    from wattmint.risk.verdict import Verdict  # brings polars, which calculators that only write text should not wait for

Content = bytes | Callable[[BinaryIO], object]
"""What goes into a file: its bytes, or a function that writes them to the open file."""

_READ_WRITE_FOR_ALL: Final = 0o666
"""As open() would: the user's umask decides. (tempfile would make files that nobody else can read.)"""


class Frame(Protocol):
    """What a polars DataFrame can do that is needed here."""

    def write_parquet(self, file: BinaryIO) -> object:
        """Write the frame as Parquet."""
        ...

    def write_csv(self, file: BinaryIO) -> object:
        """Write the frame as CSV."""
        ...


def verdict_json(verdict: "Verdict") -> str:
    """Return the verdict as JSON text: ``verdict.json`` and what ``--json`` prints, letter for letter.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    str
        Indented by two, ASCII, ending with a newline.
    """
    return json.dumps(verdict.to_dict(), indent=2, allow_nan=False) + "\n"


def frame_bytes(frame: Frame, suffix: str) -> bytes:
    """Return a frame as the bytes of a file.

    Parameters
    ----------
    frame : Frame
        A polars DataFrame.
    suffix : str
        ``.parquet`` or ``.csv``.

    Returns
    -------
    bytes
        Made in memory, so that every later failure is one of the disk.

    Raises
    ------
    OutputError
        If the suffix is neither.
    """
    buffer = io.BytesIO()
    if suffix == ".parquet":
        frame.write_parquet(buffer)
    elif suffix == ".csv":
        frame.write_csv(buffer)
    else:
        raise OutputError(f"cannot write a table as {suffix!r}; .parquet and .csv are possible")
    return buffer.getvalue()


def write_bytes(path: Path, content: Content) -> None:
    """Write one file, whole or not at all.

    Parameters
    ----------
    path : Path
        Its folder must exist; a file of that name is replaced.
    content : bytes or callable
        The bytes, or a function that writes them to the open binary file.

    Raises
    ------
    OutputError
        If it cannot be written; names the path and the reason.
    """
    _write_all({path: content})


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, whole or not at all; as `write_bytes`."""
    write_bytes(path, text.encode("utf-8"))


def write_frame(path: Path, frame: Frame) -> None:
    """Write a data frame as Parquet or CSV, by the suffix of `path`, whole or not at all; as `write_bytes`."""
    write_bytes(path, frame_bytes(frame, path.suffix))


def write_outputs(folder: Path, contents: Mapping[str, Content]) -> tuple[Path, ...]:
    """Write several files into `folder`, all of them or none.

    Parameters
    ----------
    folder : Path
        Made if it is missing, and removed again if nothing could be written.
    contents : mapping of str to bytes or callable
        By plain file name.

    Returns
    -------
    tuple of Path
        The files written, in the order given.

    Raises
    ------
    OutputError
        If `folder` is a file, cannot be made, or one of the files cannot be written.
    """
    for name in contents:
        if Path(name).name != name or name in ("", ".", ".."):
            raise OutputError(f"{name!r} is not a plain file name")
    paths = {folder / name: content for name, content in contents.items()}
    with _folder(folder):
        _write_all(paths)
    return tuple(paths)


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written, before long work is done for it. Leaves nothing behind.

    Parameters
    ----------
    folder : Path
        Where `write_outputs` will be asked to write; need not exist yet.

    Raises
    ------
    OutputError
        If nothing can be made there today; a disk that fills up later still shows only then.
    """
    missing = _missing(folder)
    try:
        with tempfile.TemporaryFile(dir=missing[-1].parent if missing else folder):
            pass
    except OSError as error:
        raise _refused(folder, error) from error


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Make `folder` with its parents; if what is done inside fails, remove those that were made."""
    made: list[Path] = []
    try:
        made = _missing(folder)
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException as error:
        for parent in made:
            with suppress(OSError):
                parent.rmdir()
        if isinstance(error, OSError):
            raise _refused(folder, error) from error
        raise


def _missing(folder: Path) -> list[Path]:
    """Return `folder` and those of its parents that do not exist, innermost first."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: is a file; a folder is needed")
    return [parent for parent in (folder, *folder.parents) if not parent.exists()]


def _write_all(contents: Mapping[Path, Content]) -> None:
    temporaries: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            if path.is_dir():
                raise OutputError(f"{path}: is a folder; a file is to be written there")
            temporaries[path] = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
            _write_one(path, temporaries[path], content)
        _rename_all(temporaries)
    finally:
        for temporary in temporaries.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _write_one(path: Path, temporary: Path, content: Content) -> None:
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _READ_WRITE_FOR_ALL), "wb") as file:
            if callable(content):
                content(file)
            else:
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _refused(path, error) from error


def _rename_all(temporaries: Mapping[Path, Path]) -> None:
    pending = dict(temporaries)
    interrupted: KeyboardInterrupt | None = None
    while pending:
        try:
            for path, temporary in tuple(pending.items()):
                _rename(path, temporary)
                del pending[path]
        except KeyboardInterrupt as error:
            interrupted = error  # everything is on the disk already: put all names in place, then stop
    for folder in {path.parent for path in temporaries}:
        _push_to_disk(folder)
    if interrupted is not None:
        raise interrupted


def _rename(path: Path, temporary: Path) -> None:
    try:
        if temporary.exists():  # an interruption may have come after the renaming itself
            temporary.replace(path)
    except OSError as error:
        raise _refused(path, error) from error


def _push_to_disk(folder: Path) -> None:
    """Make the renames last through a power cut, where the system lets a folder be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refused(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written: {error.strerror or error}")
