"""What ``wattmint finance`` says: the returns in a few lines, and the owner's cash flow as a table, a row for each year."""

from typing import Final

from wattmint.calculators.project.lines import ProjectFinance
from wattmint.cli.console import aligned
from wattmint.types import FloatArray

COLUMNS: Final = (
    "year", "revenue", "opex", "EBITDA", "interest", "principal", "reserve", "state tax", "federal tax", "owner", "owed", "DSCR", "depreciation",
)  # fmt: skip
"""Header of the table; USD, but for year and DSCR. From year 1 the owner's column is the sum of EBITDA and the five after it."""


def in_words(found: ProjectFinance) -> str:
    """Return a case for reading; ``--json`` has every digit.

    Parameters
    ----------
    found : ProjectFinance
        A case worked out.

    Returns
    -------
    str
        The returns, then the table.
    """
    return "\n".join([*_summary(found), "", aligned(_rows(found), right=range(len(COLUMNS)))])


def _summary(found: ProjectFinance) -> list[str]:
    said, returns = found.outputs, found.returns
    roots = " and ".join(f"{root:.4f} %" for root in returns.irr_roots_percent)
    rate = roots if returns.irr_status == "unique" else f"{returns.irr_status} ({roots})" if roots else returns.irr_status
    mirr = "undefined" if returns.mirr_percent is None else f"{returns.mirr_percent:.2f} %"
    back = "never" if returns.payback_years is None else f"after {returns.payback_years:.1f} years"
    worth = f"NPV {said['project_return_aftertax_npv']:,.0f} USD at {found.project.nominal_rate:.2%}"
    lines = [
        f"owner puts in {said['size_of_equity']:,.0f} USD, the lender {said['size_of_debt']:,.0f} USD",
        f"after tax: IRR {rate}, MIRR {mirr}, {worth}, money back {back}",
        f"a kWh costs {said['lcoe_nom']:.4f} cents and earns {said['lppa_nom']:.4f} (nominal); it costs {said['lcoe_real']:.4f} in money of day zero",
    ]
    if said["min_dscr"] is not None and returns.average_dscr is not None and returns.llcr is not None:
        lines.append(f"debt service is covered {said['min_dscr']:.3f} times at least, {returns.average_dscr:.3f} on average; LLCR {returns.llcr:.3f}")
    return lines


def _rows(found: ProjectFinance) -> list[tuple[str, ...]]:
    lines, loan = found.lines, found.lines.loan
    saved = -_change(loan.reserve)
    flows = (lines.revenue, -lines.operating_expenses, lines.ebitda, -loan.interest, -loan.principal, saved, lines.state_tax, lines.federal_tax)
    usd = (*flows, lines.after_tax, loan.balance)
    return [
        COLUMNS,
        *(
            (
                str(year),
                *(_whole(line[year]) for line in usd),
                f"{lines.cover[year]:.3f}" if loan.service[year] else "",
                _whole(lines.federal_depreciation[year]),
            )
            for year in range(lines.revenue.size)
        ),
    ]


def _change(balance: FloatArray) -> FloatArray:
    change = balance.copy()
    change[1:] -= balance[:-1]
    change[0] = 0.0  # the first reserve is part of what the owner puts in
    return change


def _whole(usd: float) -> str:
    return f"{round(usd) + 0:,}"
