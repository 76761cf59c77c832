"""``wattmint init``: a commented site file to start from, with its JSON Schema beside it."""

import argparse
from pathlib import Path
from typing import Any


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "init",
        help="write a commented site file to start from",
        description="Write a commented site file to start from, and wattmint.schema.json beside it so that editors complete its keys.",
    )
    verb.add_argument("path", nargs="?", default="site.toml", metavar="PATH", help="file to write (default: site.toml)")
    verb.add_argument("--force", action="store_true", help="overwrite PATH if it exists")
    verb.set_defaults(verb=write_site_file)


def write_site_file(given: argparse.Namespace) -> int:
    """Write the site file and its schema, both or neither.

    Parameters
    ----------
    given : Namespace
        ``path``, ``force``.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    ScenarioError
        When the file exists and ``--force`` is not given, or the path is a folder.
    OutputError
        When the files cannot be written.
    """
    from wattmint.cli.console import say
    from wattmint.errors import ScenarioError
    from wattmint.report.files import write_outputs
    from wattmint.scenario.schema import SCHEMA_FILE, schema_text
    from wattmint.scenario.template import site_template

    path = Path(given.path)
    if path.is_dir():
        raise ScenarioError("PATH", given.path, "a folder; name a file in it, e.g. " + str(path / "site.toml"))
    if path.exists() and not given.force:
        raise ScenarioError("PATH", given.path, "exists already; choose another name or give --force")
    write_outputs(path.parent, {path.name: site_template().encode(), SCHEMA_FILE: schema_text().encode()})
    say(f"wrote {path} and {path.parent / SCHEMA_FILE}; next: edit it, then `wattmint run {path}`")
    return 0
