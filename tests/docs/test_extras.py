"""Every command that needs an extra says which: in the README's line, on its page, and in its refusal."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

NEEDS = {
    "tokens": re.compile(r"wattmint tokens\b"),
    "chain": re.compile(r"wattmint chain demo\b"),
    "xlsx": re.compile(r"--xlsx\b"),
    "gpu": re.compile(r"lab wall --gpu\b"),
    "fit": re.compile(r"tools/fit_training\.py"),
}
"""Extra → what is written where it is needed."""

GENERATED = ("cli.md", "design.md", "nomenclature.md")


def extras(root: Path) -> dict[str, list[str]]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]


def names(text: str, extra: str) -> bool:
    return re.search(rf"extra `{extra}`|wattmint\[{extra}\]", text) is not None


def pages(root: Path) -> Iterator[Path]:
    yield from (page for page in sorted((root / "docs").glob("*.md")) if page.name not in GENERATED)
    yield root / "CHANGELOG.md"


@pytest.mark.parametrize("extra", NEEDS)
def test_every_page_names_the_extra_that_its_commands_need(root: Path, extra: str):
    texts = {page.name: page.read_text(encoding="utf-8") for page in pages(root)}
    using = {name: text for name, text in texts.items() if NEEDS[extra].search(text)}
    assert using
    assert [name for name, text in using.items() if not names(text, extra)] == []


def test_the_readme_names_it_in_the_same_line(root: Path):
    lines = (root / "README.md").read_text(encoding="utf-8").splitlines()
    needing = [(line, extra) for line in lines for extra, pattern in NEEDS.items() if pattern.search(line)]
    assert {extra for _, extra in needing} >= {"tokens", "chain", "xlsx"}
    assert [line for line, extra in needing if f"`{extra}`" not in line] == []


def test_a_command_without_its_extra_is_found():
    assert NEEDS["xlsx"].search("wattmint run site.toml --xlsx")
    assert not names("wattmint run site.toml --xlsx", "xlsx")
    assert names("pip install 'wattmint[xlsx]'", "xlsx")


def test_all_joins_what_commands_need_and_what_installs_everywhere(root: Path):
    assert extras(root)["all"] == ["wattmint[chain,tokens,xlsx]"]
    assert set(extras(root)) - {"all", "chain", "tokens", "xlsx"} == {"fit", "gpu", "test"}


def test_the_tests_bring_whatever_all_brings(root: Path):
    every = extras(root)
    assert {package for name in ("chain", "tokens", "xlsx") for package in every[name]} <= set(every["test"])


def test_every_refusal_names_an_extra_that_there_is(root: Path):
    named = {
        extra
        for file in (root / "src" / "wattmint").rglob("*.py")
        for extra in re.findall(r'MissingExtraError\("[^"]+", "[^"]+", "(\w+)"\)', file.read_text(encoding="utf-8"))
    }
    assert named == {"chain", "gpu", "tokens", "xlsx"}
    assert named <= set(extras(root))
