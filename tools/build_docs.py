"""Write the pages that are made from the code, so that they cannot drift: ``python tools/build_docs.py``.

    docs/nomenclature.md    every word with its unit and range, from the data dictionary
    docs/cli.md             the command line, from --help of every verb
    docs/site.schema.json   the JSON Schema of the site file
    docs/design.md          between its two marks: every module with the first line of its docstring

A test runs `pages` and compares.
"""

import ast
import contextlib
import io
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from unittest import mock

from wattmint.cli.main import main
from wattmint.facts.load import TABLES, Attribute, attributes, table
from wattmint.scenario.existing import Conversion, Existing, ExistingMachine
from wattmint.scenario.model import (
    Build,
    Debt,
    HostingPart,
    Market,
    MiningPart,
    Money,
    Power,
    PriceHistory,
    RentalPart,
    Scenario,
    Site,
    Study,
    Tax,
    Treasury,
)
from wattmint.scenario.quantity import UNITLESS
from wattmint.scenario.refusal import figure
from wattmint.scenario.schema import schema_text

ROOT: Final = Path(__file__).parent.parent
MADE: Final = "<!-- made by tools/build_docs.py; change the code or the data dictionary, not this page -->"
MARKS: Final = ("<!-- modules: made by tools/build_docs.py -->", "<!-- end of modules -->")
COMMANDS: Final = (
    "", "run", "solve", "init", "check", "facts", "facts list", "facts show", "facts diff",
    "dispatch", "facility", "facility weather", "backup",
    "mine", "mine history", "mine coin", "serve", "serve plan", "serve wall", "train", "train goodput", "train outage",
    "train network", "finance", "convert", "tokens", "unit-costs", "chain", "chain demo", "chain verify",
    "chain rewrite", "chain fees", "chain tokens", "lab", "lab hash", "lab wall", "lab flip",
    "lab stop", "lab network", "lab compare", "schema",
)  # fmt: skip
WIDTH: Final = "100"

SECTIONS: Final = {
    "top of the file": Scenario,
    "[site]": Site,
    "[power]": Power,
    "[[power.history]]": PriceHistory,
    "[market]": Market,
    "[money]": Money,
    "[tax]": Tax,
    "[debt]": Debt,
    "[treasury]": Treasury,
    "[study]": Study,
    "[existing]": Existing,
    "[[existing.machines]]": ExistingMachine,
    "[conversion]": Conversion,
    "[[builds]]": Build,
    "[[builds.parts]], kind mining": MiningPart,
    "[[builds.parts]], kind hosting": HostingPart,
    "[[builds.parts]], kind rental": RentalPart,
}


def pages() -> Mapping[Path, str]:
    """Return every generated page by its path.

    Returns
    -------
    mapping of Path to str
        What should be on the disk.
    """
    docs = ROOT / "docs"
    return {
        docs / "nomenclature.md": nomenclature(),
        docs / "cli.md": command_line(),
        docs / "site.schema.json": schema_text(),
        docs / "design.md": between_marks((docs / "design.md").read_text(encoding="utf-8"), modules()),
    }


def nomenclature() -> str:
    """Return the page of words and units.

    Returns
    -------
    str
        Markdown.
    """
    lines = [MADE, "", "# Words and units", ""]
    lines += ["Every key of the site file and every attribute of the cited tables, with unit, range and meaning, as the data", ""]
    lines[-1] = "dictionary (`src/wattmint/facts/attributes.csv`) has them. A value outside its range is refused."
    lines += ["", "## Keys of the site file"]
    keys: set[str] = set()
    for title, model in SECTIONS.items():
        rows = []
        for name, field in model.model_fields.items():
            extra = field.json_schema_extra
            if isinstance(extra, dict):
                keys.add(str(extra["attribute"]))
                rows.append(_row(name, attributes()[str(extra["attribute"])]))
        lines += ["", f"### {title}", "", "| key | unit | range | meaning |", "|---|---|---|---|", *rows]
    homes: dict[str, list[str]] = {}
    for table_name in TABLES:
        for name in {name for facts in table(table_name).values() for name in facts}:
            homes.setdefault(name, []).append(table_name)
    lines += ["", "## Attributes of the tables", "", "| attribute | unit | range | meaning | tables |", "|---|---|---|---|---|"]
    shown = [(name, row) for name, row in sorted(attributes().items()) if name in homes or name not in keys]
    lines += [f"{_row(name, row)} {', '.join(homes.get(name, []))} |" for name, row in shown]
    return "\n".join(lines) + "\n"


def _row(name: str, row: Attribute) -> str:
    unit = "" if row.unit in UNITLESS else row.unit
    span = f"{figure(row.low)} to {figure(row.high)}" if row.low is not None and row.high is not None else ""
    return f"| `{name}` | {unit} | {span} | {row.meaning} |"


def command_line() -> str:
    """Return the page of the command line.

    Returns
    -------
    str
        Markdown with the help of every command.
    """
    lines = [MADE, "", "# The command line", ""]
    lines += ["Results go to standard output, words and notes on the data to standard error. Exit codes: 0 done, 1 results could"]
    lines += ["not be written, 2 the input is refused (one line says which field, which value and what is allowed), 130 interrupted."]
    for command in COMMANDS:
        lines += ["", f"## wattmint {command}".rstrip(), "", "```", help_of(command).rstrip(), "```"]
    return "\n".join(lines) + "\n"


def help_of(command: str) -> str:
    """Return what ``wattmint COMMAND --help`` prints at a fixed width.

    Parameters
    ----------
    command : str
        Words after ``wattmint``.

    Returns
    -------
    str
        As printed.
    """
    text = io.StringIO()
    with mock.patch.dict(os.environ, {"COLUMNS": WIDTH}), contextlib.redirect_stdout(text), contextlib.suppress(SystemExit):
        main([*command.split(), "--help"])
    return text.getvalue()


def modules() -> str:
    """Return the tree of modules, each with the first line of its docstring.

    Returns
    -------
    str
        A fenced block.
    """
    package = ROOT / "src" / "wattmint"
    return "\n".join(["```", "src/wattmint/", *_listed(package, "  "), "```"])


def _listed(folder: Path, indent: str) -> Iterator[str]:
    """Yield the files of a folder, then its rooms, each after a blank line."""
    files = sorted(file for file in folder.glob("*.py") if file.name != "__init__.py" or folder.parent.name == "src")
    width = max([20, *(len(file.name) + 1 for file in files)])
    for file in files:
        yield f"{indent}{file.name:<{width}}{_first_line(file)}"
    for room in sorted(inner.parent for inner in folder.glob("*/__init__.py")):
        yield ""
        yield f"{indent}{room.name + '/':<20}{_first_line(room / '__init__.py')}"
        yield from _listed(room, indent + "  ")


def _first_line(file: Path) -> str:
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(_until_blank(text.splitlines()))


def _until_blank(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.strip():
            return
        yield line.strip()


def between_marks(page: str, text: str) -> str:
    """Return a page with what stands between the two marks replaced.

    Parameters
    ----------
    page : str
        Has both `MARKS`.
    text : str
        What should stand there.

    Returns
    -------
    str
        The new page.
    """
    before, rest = page.split(MARKS[0])
    return f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{rest.split(MARKS[1])[1]}"


if __name__ == "__main__":
    for path, content in pages().items():
        path.write_text(content, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
