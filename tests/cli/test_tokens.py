"""`wattmint tokens`: files counted, shown, billed; and what it refuses."""

import io
import json
import sys
from types import SimpleNamespace

import pytest

from wattmint.cli.main import main

PLANT = ["--model", "meta-llama/Llama-3.1-8B-Instruct", "--gpu", "H200"]


@pytest.fixture
def text(tmp_path):
    file = tmp_path / "text.txt"
    file.write_text("mining a megawatt\n", encoding="utf-8")
    return str(file)


def test_a_file_in_words_and_as_json(text, capsys):
    assert main(["tokens", text, "--show"]) == 0
    shown, header, row = capsys.readouterr().out.replace("\n\n", "\n").splitlines()
    assert shown.startswith("min|ing| a|")
    assert header.split()[:3] == ["file", "tokens", "words"]
    assert main(["tokens", text, "--show", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["encoding"] == "o200k_base"
    assert "".join(found["pieces"][text]) == "mining a megawatt\n"
    assert found["total"]["tokens"] == len(found["pieces"][text]) == int(row.split()[1])
    assert found["files"][0]["tokens_per_100_words"] == pytest.approx(100 * found["total"]["tokens"] / 3)


def test_several_files_have_a_total(text, tmp_path, capsys):
    other = tmp_path / "other.txt"
    other.write_text("")
    assert main(["tokens", text, str(other), "--encoding", "cl100k_base"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split()[1:] == ["0", "0", "-", "-"]
    assert lines[3].split()[0] == "total"


def test_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("\ufeffmining".encode())))
    assert main(["tokens", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == {
        "name": "total", "tokens": 2, "words": 1, "characters": 6, "tokens_per_100_words": 200.0, "characters_per_token": 3.0,
    }  # fmt: skip


def test_reading_and_writing_on_a_plant(text, capsys):
    assert main(["tokens", text, *PLANT]) == 0
    told = capsys.readouterr()
    assert "llama-3-1-8b on 1 x h200-sxm, fp8, 64 requests at once" in told.out
    assert "own tokenizer may cut the text somewhat differently" in told.err
    assert main(["tokens", text, *PLANT, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["plant"]["model_id"] == "llama-3-1-8b"
    assert 0 < found["read"]["gpu_joules"] < found["written"]["gpu_joules"]
    assert found["read"]["site_wh"] * 3600 > found["read"]["gpu_joules"]
    assert found["written"]["cost_usd"] > found["read"]["cost_usd"] > 0
    assert found["written"]["market_usd"] > 0


@pytest.mark.parametrize(
    ("data", "why"), [(b"\x7fELF\xff\xfe", "is no UTF-8 text (byte 4)"), (b"a\0b", "is no text: it has a zero byte at 1"), (None, "cannot be read: ")]
)
def test_what_is_no_text_is_refused(tmp_path, capsys, data, why):
    file = tmp_path / "thing"
    if data is not None:
        file.write_bytes(data)
    assert main(["tokens", str(file)]) == 2
    refused = capsys.readouterr()
    assert why in refused.err
    assert refused.err.count("\n") == 1
    assert not refused.out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--model", "llama-3.1-8b"], "the plant needs both"),
        (["--model", "llama-3.1-9b", "--gpu", "H200"], "did you mean 'llama-3-1-8b'"),
        (["--model", "kimi-k3", "--gpu", "H200"], "no estimate is better than a wrong one"),
    ],
)
def test_a_plant_that_is_not_known_is_refused(text, capsys, words, why):
    assert main(["tokens", text, *words]) == 2
    assert why in capsys.readouterr().err


def test_without_the_tokenizer_one_line_says_what_to_install(text, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "bpe_openai", None)
    assert main(["tokens", text]) == 2
    assert capsys.readouterr().err == (
        "error: tokenizer = 'bpe-openai': is not installed; the extra 'tokens' brings it: pip install 'wattmint[tokens]'\n"
    )
