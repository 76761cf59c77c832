"""Debt service of many paths at once: `wattmint.finance.debt_service.debt_service` compiled, and the reserve that backs it."""

import numpy as np
from numba import njit

from wattmint.finance.debt_service import DebtService, EquipmentLoan, ProjectLoan
from wattmint.types import FloatArray


@njit(cache=True, nogil=True)
def _walk(spend, bought, project, equipment, flows, ends):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    drawn, interest, repaid = flows
    rolled, at_start, balloon = ends
    last, wait = spend.shape[1] - 1, equipment.months + 1
    for p in range(spend.shape[0]):
        balance, opening, borrowed, owed, level = 0.0, 0.0, 0.0, 0.0, 0.0
        for c in range(last + 1):
            accrued = balance * project.monthly_rate
            if c <= project.rolled_until:
                rolled[p] += accrued
                balance += accrued
                interest[p, c] = 0.0
            else:
                interest[p, c] = accrued
            due = min(opening * project.repaid_share[c], balance)
            on_machines = owed * equipment.monthly_rate
            if c >= wait:
                level -= equipment.share * bought[p, c - wait] * equipment.instalment
            due_machines = min(max(level - on_machines, 0.0), owed)
            interest[p, c] += on_machines
            if c == last:
                balloon[p] = balance - due + owed - due_machines
                due, due_machines = balance, owed
            repaid[p, c] = due + due_machines
            balance -= due
            owed -= due_machines
            drawn[p, c] = 0.0
            if c < last:
                draw = min(project.share * spend[p, c], project.commitment_usd - borrowed)
                lent = equipment.share * bought[p, c]
                drawn[p, c] = draw + lent
                borrowed += draw
                balance += draw
                owed += lent
                level += lent * equipment.instalment
            if c == project.rolled_until:
                opening, at_start[p] = balance, balance + owed


def debt_service_by_path(spend_usd: FloatArray, bought_usd: FloatArray, project: ProjectLoan, equipment: EquipmentLoan) -> DebtService:
    """Return what the loans do on every path; arguments and result as for `debt_service`."""
    # The kernel writes every cell of the first three and adds to the others.
    drawn, interest, repaid = (np.empty(spend_usd.shape) for _ in range(3))
    rolled, at_start, balloon = (np.zeros(spend_usd.shape[0]) for _ in range(3))
    _walk(spend_usd, bought_usd, project, equipment, (drawn, interest, repaid), (rolled, at_start, balloon))
    return DebtService(drawn, interest, repaid, rolled, at_start, balloon)


def reserve_flows(cash_usd: FloatArray, service_usd: FloatArray, months_held: int, funded_at: int) -> FloatArray:
    """Return what a debt service reserve takes from the owner and gives back, in plain NumPy.

    It is filled in column `funded_at` with the service of the next `months_held` columns. Afterwards it pays what cash falls short of
    service, is filled up again from what cash exceeds it, and returns what is more than its target. It earns no interest.

    Parameters
    ----------
    cash_usd, service_usd : FloatArray, shape (paths, months + 1)
        Cash available for debt service, and scheduled service.
    months_held : int
        How many months of service it holds.
    funded_at : int
        Column.

    Returns
    -------
    FloatArray, shape (paths, months + 1)
        Negative when filled; sums to zero over the horizon.
    """
    target = _targets(service_usd, months_held, funded_at)
    flows, held = np.zeros(cash_usd.shape), np.zeros(cash_usd.shape[0])
    for c in range(funded_at, cash_usd.shape[1]):
        free = cash_usd[:, c] - service_usd[:, c]
        more = np.minimum(np.maximum(free, 0.0), target[:, c] - held)
        after = np.where(held > target[:, c], target[:, c], held + more) if c > funded_at else target[:, c]
        after = np.where((c > funded_at) & (free < 0.0), np.minimum(np.maximum(held + free, 0.0), target[:, c]), after)
        flows[:, c], held = held - after, after
    return flows


def reserve_flows_by_path(cash_usd: FloatArray, service_usd: FloatArray, months_held: int, funded_at: int) -> FloatArray:
    """Return `reserve_flows`, compiled; arguments and result as there."""
    flows = np.zeros(cash_usd.shape)
    _reserve(cash_usd, service_usd, months_held, funded_at, flows)
    return flows


@njit(cache=True, nogil=True)
def _reserve(cash, service, months_held, funded_at, flows):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    last = cash.shape[1] - 1
    for p in range(cash.shape[0]):
        held, target = 0.0, 0.0
        for c in range(funded_at + 1, min(funded_at + months_held, last + 1)):
            target += service[p, c]
        for c in range(funded_at, last + 1):
            # The window of coming service moves on by one column; what rounding leaves in it at the end is not held.
            target -= service[p, c] if c > funded_at else 0.0
            target += service[p, c + months_held] if c + months_held <= last else 0.0
            free, after = cash[p, c] - service[p, c], max(target, 0.0) if c < last else 0.0
            if c > funded_at and free < 0.0:
                after = min(max(held + free, 0.0), after)
            elif c > funded_at and held <= after:
                after = held + min(free, after - held)
            flows[p, c] = held - after
            held = after


def _targets(service_usd: FloatArray, months_held: int, funded_at: int) -> FloatArray:
    """Return what the reserve should hold after each column: the service of the next ones; nothing in the last."""
    total = np.cumsum(service_usd, axis=1)
    beyond = max(total.shape[1] - months_held, 0)
    target = total[:, -1:] - total
    target[:, :beyond] = total[:, months_held:] - total[:, :beyond]
    target[:, :funded_at] = 0.0
    return np.maximum(target, 0.0, out=target)
