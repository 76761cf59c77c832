"""Numbers as people read them: few digits, the unit beside them, plain ASCII so that any terminal shows them.

A mean over simulated futures is known to two or three digits; showing more would claim more than is known.
"""

import calendar
import math
from typing import Final

from wattmint.units import MONTHS_PER_YEAR, USD_PER_KUSD, USD_PER_MUSD

NOT_DEFINED: Final = "n/a"
"""Stands where a number is undefined: an IRR without a root, a payback that never comes."""

_YEARS_FROM_MONTHS: Final = 2 * MONTHS_PER_YEAR


def rounded(value: float, digits: int) -> float:
    """Round to significant digits.

    Parameters
    ----------
    value : float
        Any finite number.
    digits : int
        Significant digits kept.

    Returns
    -------
    float
        Zero stays zero.
    """
    if value == 0.0:
        return 0.0
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def usd(value: float | None) -> str:
    """Return an amount of money, e.g. ``$1,060M``, ``-$4.3M``, ``$0.35M``, ``$35k``.

    Parameters
    ----------
    value : float or None
        USD.

    Returns
    -------
    str
        Three significant digits from 100 million up, two below.
    """
    if value is None or not math.isfinite(value):
        return NOT_DEFINED
    short = rounded(value, 3 if abs(value) >= 99.5 * USD_PER_MUSD else 2)
    sign, size = ("-" if short < 0.0 else ""), abs(short)
    if size >= USD_PER_MUSD:
        return f"{sign}${_plain(size / USD_PER_MUSD)}M"
    if size >= 0.1 * USD_PER_MUSD:
        return f"{sign}${size / USD_PER_MUSD:.2f}".removesuffix("0") + "M"
    if size >= USD_PER_KUSD:
        return f"{sign}${_plain(size / USD_PER_KUSD)}k"
    return f"{sign}${size:.0f}" if size >= 0.5 else "$0"


def musd(value: float | None) -> str:
    """Return an amount in millions without the unit, for a table whose heading names it.

    Parameters
    ----------
    value : float or None
        USD.

    Returns
    -------
    str
        E.g. ``-1,060``, ``4.3``, ``0.35``.
    """
    if value is None or not math.isfinite(value):
        return NOT_DEFINED
    millions = value / USD_PER_MUSD
    short = rounded(millions, 3 if abs(millions) >= 99.5 else 2)
    if abs(short) < 0.005:
        return "0"
    return f"{short:.2f}" if abs(short) < 1.0 else ("-" if short < 0.0 else "") + _plain(abs(short))


def price(value: float | None, unit: str = "") -> str:
    """Return a price, e.g. ``$95,100``, ``$48.2/MWh``, ``$2.10/GPU-h``.

    Parameters
    ----------
    value : float or None
        In `unit`.
    unit : str, optional
        ``USD`` or ``USD/…``; what follows ``USD`` is appended. ``/BTC`` is left out: a coin's price needs no "per coin".

    Returns
    -------
    str
        Three significant digits.
    """
    if value is None or not math.isfinite(value):
        return NOT_DEFINED
    per = unit.removeprefix("USD").removeprefix("/BTC")
    short = abs(rounded(value, 3))
    digits = 0 if short >= 100.0 else 1 if short >= 10.0 else 2
    text = f"{short:,.{digits}f}"
    return f"{'-' if value < 0.0 else ''}${text.removesuffix('.0') if digits == 1 else text}{per}"


def share(value: float | None) -> str:
    """Return a share of futures or hours, e.g. ``62%``; what is not quite all or none says so: ``>99%``, ``<1%``.

    Parameters
    ----------
    value : float or None
        0 … 1.

    Returns
    -------
    str
        Whole percent.
    """
    if value is None or not math.isfinite(value):
        return NOT_DEFINED
    whole = round(100.0 * value)
    if whole == 0 and value > 0.0:
        return "<1%"
    if whole == 100 and value < 1.0:
        return ">99%"
    return f"{whole}%"


def rate(value: float | None) -> str:
    """Return a rate of return, e.g. ``14%``, ``9.4%``.

    Parameters
    ----------
    value : float or None
        Per year, or over the horizon; 0.1 is 10 %.

    Returns
    -------
    str
        Two significant digits, whole percent from 10 % up.
    """
    if value is None or not math.isfinite(value):
        return NOT_DEFINED
    percent = 100.0 * value
    text = f"{percent:,.0f}" if abs(percent) >= 9.95 else f"{percent:.1f}".removesuffix(".0")
    return ("0" if text == "-0" else text) + "%"


def month_name(month: str) -> str:
    """Return ``2026-12`` as ``December 2026``."""
    year, number = month.split("-")
    return f"{calendar.month_name[int(number)]} {year}"


def month_later(start: str, months: int) -> str:
    """Return the calendar month that lies some months after another, in words.

    Parameters
    ----------
    start : str
        ``YYYY-MM``.
    months : int
        0 or more.

    Returns
    -------
    str
        E.g. ``June 2027``.
    """
    year, month = (int(word) for word in start.split("-"))
    count = year * MONTHS_PER_YEAR + month - 1 + months
    return month_name(f"{count // MONTHS_PER_YEAR}-{count % MONTHS_PER_YEAR + 1:02d}")


def duration(months: float | None) -> str:
    """Return a span of time, e.g. ``1 month``, ``15 months``, ``7.2 years``.

    Parameters
    ----------
    months : float or None
        Months.

    Returns
    -------
    str
        Months below two years, years with one decimal from there.
    """
    if months is None or not math.isfinite(months):
        return NOT_DEFINED
    if months >= _YEARS_FROM_MONTHS:
        return f"{months / MONTHS_PER_YEAR:.1f}".removesuffix(".0") + " years"
    whole = round(months)
    return f"{whole} month" if whole == 1 else f"{whole} months"


def quantity(value: float | str) -> str:
    """Return an input as it was used: four significant digits, thousands separated, words as they are.

    Parameters
    ----------
    value : float, int or str
        Any input.

    Returns
    -------
    str
        Without its unit. From 10^12 up with a power of ten.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    if not math.isfinite(value):
        return NOT_DEFINED
    if abs(value) >= 1e12:
        mantissa, exponent = f"{value:.3e}".split("e")
        return f"{mantissa} x 10^{int(exponent)}"
    return f"{value:,.0f}" if abs(value) >= 1e4 or value == int(value) else f"{value:.4g}"


def times(value: float | None) -> str:
    """Return a ratio such as a debt service cover with two decimals, e.g. ``1.35x``; below zero too."""
    return NOT_DEFINED if value is None or not math.isfinite(value) else f"{value:.2f}x"


def _plain(size: float) -> str:
    """Positive `size` with the decimals that two significant digits need."""
    return f"{size:,.0f}" if size >= 9.95 else f"{size:.1f}".removesuffix(".0")
