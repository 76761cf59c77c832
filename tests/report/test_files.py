import errno
import json
import os
import subprocess
import sys

import polars as pl
import pytest

from wattmint.errors import OutputError
from wattmint.report.files import check_folder, frame_bytes, verdict_json, write_bytes, write_frame, write_outputs, write_text


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def _full_disk(file):
    file.write(b"the first half")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _interrupted(file):
    file.write(b"the first half")
    raise KeyboardInterrupt


def test_json_is_the_verdict_and_ends_with_a_newline(verdict):
    text = verdict_json(verdict)
    assert json.loads(text) == json.loads(json.dumps(verdict.to_dict()))
    assert text.startswith('{\n  "site"')
    assert text.endswith("}\n")
    assert text.isascii()


def test_writes_all_and_leaves_nothing_else(tmp_path):
    folder = tmp_path / "new" / "out"
    paths = write_outputs(folder, {"a.txt": b"A", "b.bin": lambda file: file.write(b"BB")})
    assert paths == (folder / "a.txt", folder / "b.bin")
    assert _names(folder) == ["a.txt", "b.bin"]
    assert (folder / "b.bin").read_bytes() == b"BB"


def test_replaces_what_is_there(tmp_path):
    write_text(tmp_path / "a.txt", "old and longer")
    write_text(tmp_path / "a.txt", "né")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "né"
    assert _names(tmp_path) == ["a.txt"]


def test_others_may_read_the_files(tmp_path):
    mask = os.umask(0o022)
    try:
        write_text(tmp_path / "a.txt", "A")
    finally:
        os.umask(mask)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


def test_frames_come_back_as_they_were(tmp_path):
    frame = pl.DataFrame({"build": ["a", "b"], "npv_usd": [1.5, None]})
    write_frame(tmp_path / "f.parquet", frame)
    write_frame(tmp_path / "f.csv", frame)
    assert pl.read_parquet(tmp_path / "f.parquet").equals(frame)
    assert pl.read_csv(tmp_path / "f.csv").equals(frame)
    assert frame_bytes(frame, ".csv").startswith(b"build,npv_usd")


def test_refuses_other_table_formats(tmp_path):
    with pytest.raises(OutputError, match=r"'\.xls'; \.parquet and \.csv are possible"):
        write_frame(tmp_path / "f.xls", pl.DataFrame({"a": [1]}))


@pytest.mark.parametrize(("writer", "error"), [(_full_disk, OutputError), (_interrupted, KeyboardInterrupt)])
def test_a_failure_leaves_the_folder_as_it_was(tmp_path, writer, error):
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(error):
        write_outputs(tmp_path, {"a.txt": b"new", "b.txt": writer, "c.txt": b"never"})
    assert _names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


@pytest.mark.parametrize(("writer", "error"), [(_full_disk, OutputError), (_interrupted, KeyboardInterrupt)])
def test_a_failure_takes_new_folders_away_again(tmp_path, writer, error):
    with pytest.raises(error):
        write_outputs(tmp_path / "new" / "out", {"b.txt": writer})
    assert _names(tmp_path) == []


def test_the_message_names_path_and_reason(tmp_path):
    with pytest.raises(OutputError) as caught:
        write_outputs(tmp_path, {"b.txt": _full_disk})
    assert str(tmp_path / "b.txt") in str(caught.value)
    assert os.strerror(errno.ENOSPC) in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are set with the resource module")
def test_a_real_limit_of_the_system_is_told_and_leaves_nothing(tmp_path):
    """A disk that takes 100 kB and no more: the kernel refuses the write itself, as on a full disk."""
    code = (
        "import resource, sys; from pathlib import Path; from wattmint.errors import OutputError\n"
        "from wattmint.report.files import write_outputs\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: write_outputs(Path(sys.argv[1]) / 'out', {'small.txt': b'x', 'large.bin': bytes(1_000_000)})\n"
        "except OutputError as error: print(error); sys.exit(7)\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr
    assert "large.bin: cannot be written: " in done.stdout
    assert _names(tmp_path) == []


def test_an_interruption_while_renaming_waits_until_all_names_are_in_place(tmp_path, monkeypatch):
    from pathlib import Path

    rename, calls = Path.replace, []

    def interrupted_once(self, target):
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", interrupted_once)
    with pytest.raises(KeyboardInterrupt):
        write_outputs(tmp_path, {"a.txt": b"A", "b.txt": b"B", "c.txt": b"C"})
    assert _names(tmp_path) == ["a.txt", "b.txt", "c.txt"]
    assert (tmp_path / "c.txt").read_bytes() == b"C"


def test_refuses_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="is a file; a folder is needed"):
        write_outputs(tmp_path / "out", {"a.txt": b"A"})
    with pytest.raises(OutputError, match="cannot be written"):
        write_outputs(tmp_path / "out" / "below", {"a.txt": b"A"})
    assert (tmp_path / "out").read_text() == "mine"


def test_a_folder_is_checked_before_the_work_and_left_alone(tmp_path):
    check_folder(tmp_path / "new" / "below")
    check_folder(tmp_path)
    assert _names(tmp_path) == []
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        check_folder(tmp_path / "file")
    with pytest.raises(OutputError, match="cannot be written"):
        check_folder(tmp_path / "file" / "below")


def test_refuses_a_file_that_is_a_folder(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        write_outputs(tmp_path, {"0.txt": b"0", "a.txt": b"A"})
    assert _names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a"])
def test_refuses_names_that_leave_the_folder(tmp_path, name):
    with pytest.raises(OutputError, match="not a plain file name"):
        write_outputs(tmp_path, {name: b"A"})


def test_one_file_needs_its_folder(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        write_bytes(tmp_path / "missing" / "a.txt", b"A")
