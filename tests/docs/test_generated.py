import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from wattmint.cli.main import VERBS
from wattmint.facts.load import attributes


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    path = Path(__file__).parents[2] / "tools" / "build_docs.py"
    spec = importlib.util.spec_from_file_location("build_docs", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["nomenclature.md", "cli.md", "site.schema.json", "design.md"])
def test_generated_pages_are_current(builder, root: Path, name: str):
    path = root / "docs" / name
    assert path.read_text(encoding="utf-8") == builder.pages()[path], "run: python tools/build_docs.py"


def test_every_verb_has_its_help_on_the_page(builder):
    text = builder.command_line()
    for module in VERBS:
        assert f"\n## wattmint {module.__name__.rsplit('.', 1)[-1].replace('_', '-')}\n" in text


def test_every_word_of_the_dictionary_is_on_the_page(builder):
    text = builder.nomenclature()
    assert all(row.meaning in text for row in attributes().values())


def test_text_between_the_marks_is_replaced_and_the_rest_stays(builder):
    begin, end = builder.MARKS
    assert builder.between_marks(f"a\n{begin}\nold\n{end}\nz\n", "new") == f"a\n{begin}\nnew\n{end}\nz\n"


def test_every_module_opens_with_a_line_that_says_what_it_is(builder):
    for line in builder.modules().splitlines():
        name, _, meaning = line.strip().partition(" ")
        assert meaning.strip() or name in {"", "```", "src/wattmint/"}, line
