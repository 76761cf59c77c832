import re
import tomllib
from pathlib import Path

import pytest

from wattmint.scenario.model import Scenario


def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def test_the_tree_is_the_disk(root: Path):
    tree = re.search(r"^src/wattmint/\n(.*?)^```$", readme(root), re.MULTILINE | re.DOTALL).group(1)
    told = [line.split()[0] for line in tree.splitlines()]
    package = root / "src" / "wattmint"
    there = {file.name for file in package.glob("*.py")} | {f"{file.parent.name}/" for file in package.glob("*/*.py")}
    assert len(told) == len(set(told))
    assert set(told) == there


def test_the_flow_is_drawn_in_the_words_of_the_folders(root: Path):
    picture = next(line for line in readme(root).splitlines() if line.startswith("Scenario ──"))
    assert re.findall(r"──(\w+)──▶", picture) == ["market", "workloads", "dispatch", "finance", "risk"]
    assert re.findall(r"[A-Z]\w+", picture) == ["Scenario", "World", "Offer", "Dispatch", "Cashflow", "Verdict"]
    assert all((root / "src" / "wattmint" / room).is_dir() for room in re.findall(r"──(\w+)──▶", picture))


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "docs/index.md", "docs/tutorial.md", "docs/method.md", "docs/design.md", "docs/data.md", "docs/chain.md"]
)
def test_links_lead_somewhere(root: Path, page: str):
    text = (root / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((root / page).parent / target).exists(), target


def test_the_check_is_what_the_readme_says(root: Path):
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    command = next(line for line in readme(root).splitlines() if line.endswith("pytest"))
    for step in command.split(" && "):
        assert step.replace(" -q ", " ") in script.replace(" -q --disable-pip-version-check ", " "), step


def test_the_python_example_names_what_there_is(root: Path):
    import wattmint

    names = re.search(r"^from wattmint import (.*)$", readme(root), re.MULTILINE).group(1).split(", ")
    assert set(names) <= set(wattmint.__all__)


def test_every_example_loads(root: Path):
    examples = sorted((root / "examples").glob("*.toml"))
    assert len(examples) >= 2
    for file in examples:
        assert Scenario.load(file).builds


def test_one_version_everywhere(root: Path):
    from wattmint.version import VERSION

    assert tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dynamic"] == ["version"]
    assert f"\nversion: {VERSION}\n" in (root / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {VERSION}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")
