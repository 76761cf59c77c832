"""The cost stacks in words: the terminal and the page show the same rows."""

from typing import Final

from wattmint.calculators.unit_costs import COST_LINES, Stack, UnitCosts
from wattmint.report.digits import share

KWH_NOTE: Final = (
    "Energy of tokens and coin is that of the machines named. A transaction's is the whole network's, shared out over the transactions of a block: "
    "an estimate and an average, for one more takes none; what is paid for it are the fee and, by all holders, new coins."
)


def stack_rows(found: UnitCosts) -> list[list[str]]:
    """Return the stacks as rows of text.

    Parameters
    ----------
    found : UnitCosts
        From `wattmint.calculators.unit_costs.unit_costs`.

    Returns
    -------
    list of list of str
        A header; a row per line with dollars and share of the cost; cost, what each token fetches by cause, what is left, energy.
    """
    causes = dict.fromkeys(name for stack in found.stacks for name in stack.fetches)
    rows = [["USD", *(cell for stack in found.stacks for cell in (stack.name, "share"))]]
    rows += [[line, *(cell for stack in found.stacks for cell in _of_cost(stack, stack.lines[line]))] for line in COST_LINES]
    rows.append(["cost", *(cell for stack in found.stacks for cell in _of_cost(stack, stack.cost))])
    rows += [[name, *(cell for stack in found.stacks for cell in _of_cost(stack, stack.fetches.get(name)))] for name in causes]
    rows.append(["left", *(cell for stack in found.stacks for cell in _of_cost(stack, left(stack)))])
    rows.append(["kWh", *(cell for kwh in found.kwh for cell in (f"{kwh[1]:,.3g}" if kwh[1] < 1_000.0 else f"{kwh[1]:,.0f}", ""))])
    return rows


def left(stack: Stack) -> float | None:
    """Return what a token fetches beyond its cost; None where nobody sells it."""
    return None if stack.fetched is None else stack.fetched - stack.cost


def dollars(value: float) -> str:
    """Return an amount with three significant digits below 1,000 and whole dollars above, zero as a dash."""
    if value == 0.0:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1_000.0 else f"{value:.3g}"


def _of_cost(stack: Stack, usd: float | None) -> tuple[str, str]:
    return ("", "") if usd is None else (dollars(usd), share(usd / stack.cost) if usd > 0.0 else "")
