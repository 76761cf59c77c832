from pathlib import Path

import pytest

from wattmint.facts import load

HEADER = "id,attribute,value,low,high,unit,source,kind,as_of\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A facts folder of one's own: the real dictionary and bibliography, and a writable backup.csv."""
    for name in ("attributes.csv", "sources.csv"):
        (tmp_path / name).write_bytes((Path(load.__file__).parent / name).read_bytes())
    monkeypatch.setattr(load, "_FOLDER", tmp_path)
    cached = (load.attributes, load.sources, load.table)
    for function in cached:
        function.cache_clear()
    yield tmp_path
    for function in cached:
        function.cache_clear()


@pytest.fixture
def backup(folder):
    """Return a function that writes rows to backup.csv and reads the table."""

    def read(*rows):
        (folder / "backup.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
        return load.table("backup")

    return read
