from pathlib import Path

import pytest

from wattmint.errors import ScenarioError
from wattmint.scenario.load import read_toml


def test_reads_tables_and_arrays(tmp_path: Path):
    file = tmp_path / "site.toml"
    file.write_text('name = "a"\n[site]\npower_mw = 1\n[[builds]]\nname = "b"\n', encoding="utf-8")
    assert read_toml(file) == {"name": "a", "site": {"power_mw": 1}, "builds": [{"name": "b"}]}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[site\npower_mw = 1\n", "not TOML: .*line 1"),
        (b"a = 1\na = 2\n", "not TOML: .*line 2"),
        (b'name = "\xff\xfe"\n', r"not UTF-8 text \(byte 8\)"),
    ],
    ids=["syntax", "twice", "encoding"],
)
def test_refuses_what_is_not_toml_and_says_where(tmp_path: Path, content: bytes, words: str):
    file = tmp_path / "site.toml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError, match=words):
        read_toml(file)


def test_refuses_a_missing_file_and_tells_the_remedy(tmp_path: Path):
    with pytest.raises(ScenarioError, match=r"nowhere.toml'?: no such file; `wattmint init`"):
        read_toml(tmp_path / ("long" * 20) / "nowhere.toml")


def test_refuses_a_folder(tmp_path: Path):
    with pytest.raises(ScenarioError, match="a folder, not a file"):
        read_toml(tmp_path)


def test_refuses_a_path_through_a_file(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_toml(tmp_path / "file" / "site.toml")
