"""One colour per build and the quiet look that all charts share, in a light and a dark dress.

The colours are Paul Tol's "bright" scheme (Colour Schemes, SRON technical note 3.2, 2021): told apart by the
colour-blind, legible on white and on near-black. A letter goes with each, so that colour never stands alone.
"""

import string
from dataclasses import dataclass
from typing import Any, Final

from wattmint.risk.verdict import Verdict

SEQUENCE: Final = ("#4477AA", "#CCBB44", "#AA3377", "#228833", "#66CCEE", "#EE6677")
GREY: Final = "#8A939E"
FONT: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
_INK_ON_DARK, _INK_ON_LIGHT = "#FFFFFF", "#1B232D"
_MUST_BE_DARK: Final = 0.30
"""Relative luminance above which dark letters read better than white ones."""

_LIGHT: Final = ("#1B232D", "#5A6673", "#E7EAEE", "#9AA5B1", "#FFFFFF", "#F3F6F9", "#2F5F8F")
_DARK: Final = ("#E4E7EB", "#9AA5B1", "#2B333D", "#66717E", "#1B2129", "#1B2129", "#8FC1E8")
"""Letters, quiet letters, grid, zero line, paper, and the two ends of the heat map's scale."""


@dataclass(frozen=True, slots=True)
class Badge:
    """How one build is marked wherever it appears.

    Attributes
    ----------
    letter : str
        ``A``, ``B``, …; ``0`` for the zero line.
    name : str
        The build's name.
    colour, ink : str
        Hex colour of the build, and of a letter on it.
    """

    letter: str
    name: str
    colour: str
    ink: str


def badges(verdict: Verdict) -> dict[str, Badge]:
    """Return the mark of every build by name; the last build is the zero line and grey.

    Parameters
    ----------
    verdict : Verdict
        Its builds in the order of the site file.

    Returns
    -------
    dict of str to Badge
        In the same order. From the seventh build on colours repeat; letters do not.
    """
    marks = {}
    for i, build in enumerate(verdict.builds[:-1]):
        letter = string.ascii_uppercase[i] if i < len(string.ascii_uppercase) else str(i + 1)
        colour = SEQUENCE[i % len(SEQUENCE)]
        marks[build.name] = Badge(letter, build.name, colour, ink_on(colour))
    zero = verdict.builds[-1].name
    marks[zero] = Badge("0", zero, GREY, ink_on(GREY))
    return marks


def ink_on(colour: str) -> str:
    """Return the letter colour that reads well on `colour` (hex)."""
    return _INK_ON_LIGHT if _luminance(colour) > _MUST_BE_DARK else _INK_ON_DARK


def faded(colour: str, alpha: float) -> str:
    """Return the hex `colour` with opacity `alpha` (0 … 1) as CSS ``rgba()``."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{alpha:g})"


def chart_template(dark: bool) -> dict[str, Any]:
    """Return the plotly template all charts are drawn with.

    Parameters
    ----------
    dark : bool
        For a dark page.

    Returns
    -------
    dict
        A plotly ``layout.template``: transparent paper, hairline grid, no clutter.
    """
    ink, muted, grid, zero, paper, low, high = _DARK if dark else _LIGHT
    axis = {
        "gridcolor": grid, "zerolinecolor": zero, "zerolinewidth": 1, "linecolor": zero, "ticks": "", "automargin": True,
        "tickfont": {"size": 12, "color": muted}, "title": {"font": {"size": 12, "color": muted}, "standoff": 8},
    }  # fmt: skip
    return {
        "layout": {
            "font": {"family": FONT, "size": 13, "color": ink}, "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(SEQUENCE), "xaxis": axis, "yaxis": axis, "margin": {"l": 8, "r": 8, "t": 8, "b": 8}, "showlegend": False,
            "hoverlabel": {"bgcolor": paper, "bordercolor": zero, "font": {"family": FONT, "size": 12, "color": ink}},
            "annotationdefaults": {"font": {"size": 12, "color": ink}, "showarrow": False}, "dragmode": False,
            "legend": {"font": {"size": 12, "color": ink}, "orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        },
        "data": {"heatmap": [{"type": "heatmap", "colorscale": [[0.0, low], [1.0, high]], "colorbar": {"outlinewidth": 0, "thickness": 10}}]},
    }  # fmt: skip


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance as in WCAG 2.1, 0 (black) to 1 (white)."""
    linear = [c / 255 / 12.92 if c / 255 <= 0.03928 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
