"""What every page of ours is: one HTML file that holds everything, opens offline and loads nothing from anywhere."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import plotly.graph_objects as go
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from wattmint.report.figures import plain
from wattmint.report.theme import chart_template

_MINUS: Final = re.compile(r"(?<![\w)-])-(?=[$\d])")
_POWER: Final = re.compile(r" x 10\^(\d+)")
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def document(template: str, version: str, context: Mapping[str, Any], charts: Mapping[str, go.Figure], **book: Any) -> str:
    """Return one self-contained HTML page.

    Parameters
    ----------
    template : str
        File in ``templates/`` that fills the blocks ``title`` and ``body`` of ``document.html.j2``.
    version : str
        Of the program that makes the page.
    context : mapping of str to Any
        What the template asks for; all text is escaped where it is set.
    charts : mapping of str to Figure
        By the name that their place on the page asks for.
    **book
        What else the page's script reads.

    Returns
    -------
    str
        HTML with styles, script, drawing library and all numbers inside. A content security policy in its head forbids
        the browser any request. The same arguments give the same bytes.
    """
    environment = Environment(
        loader=PackageLoader("wattmint.report", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["typeset"] = typeset
    figures = {name: plain(figure) for name, figure in charts.items()}
    data = _script_data({"figures": figures, "light": chart_template(dark=False), "dark": chart_template(dark=True), **book})
    library = Markup(get_plotlyjs())  # noqa: S704 - the library's own text
    return environment.get_template(template).render(**context, version=version, plotly=library, data=data)


def typeset(text: str) -> str:
    """Return `text` with a proper minus, multiplication sign and powers instead of their ASCII stand-ins."""
    text = _POWER.sub(lambda match: " × 10" + match.group(1).translate(_RAISED), text)
    # The joiner keeps a line from ending between the sign and its number.
    text = _MINUS.sub("\N{MINUS SIGN}\N{WORD JOINER}", text).replace(" x ", " × ")
    return text.replace("/GPU-h", "/GPU\N{NON-BREAKING HYPHEN}h")


def _script_data(book: Mapping[str, Any]) -> Markup:
    """Return what the page's script draws from, as JSON that no name can break out of."""
    text = json.dumps(book, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - the three characters that could end the script element are escaped
