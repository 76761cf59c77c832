"""``wattmint schema``: the JSON Schema of the site file."""

import argparse
from typing import Any


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser("schema", help="print the JSON Schema of the site file", description="Print the site file's JSON Schema, for editors.")
    verb.set_defaults(verb=print_schema)


def print_schema(given: argparse.Namespace) -> int:
    """Print the schema.

    Parameters
    ----------
    given : Namespace
        Nothing of it is needed.

    Returns
    -------
    int
        Exit code.
    """
    from wattmint.scenario.schema import schema_text

    del given
    print(schema_text(), end="")
    return 0
