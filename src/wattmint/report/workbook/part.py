"""One part of a build by month: what the run gives as inputs, and every line of its cash flow as a formula."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import numpy as np

from wattmint.finance.cashflow import DELIVERY, DEMAND_CHARGE, ENERGY, REIMBURSED, SALVAGE, WORKING_CAPITAL, demand_charge
from wattmint.report.workbook.inputs import MACHINES, Inputs, PartInputs
from wattmint.report.workbook.market import Market
from wattmint.report.workbook.sheets import Look, Row, Sheet
from wattmint.report.workbook.terms import Term, max_, sum_
from wattmint.study.corridor import Prepared
from wattmint.study.one_future import OneFuture
from wattmint.types import Dispatch, FloatArray, Offer
from wattmint.units import DAYS_PER_YEAR, HASHES_PER_TH, J_PER_MWH, KW_PER_MW, MONTHS_PER_YEAR
from wattmint.workloads.inference import SIDES
from wattmint.workloads.plan import Plan
from wattmint.workloads.timeline import remaining_life_share, service_share, works_schedule

MONTH_DAYS: Final = DAYS_PER_YEAR / MONTHS_PER_YEAR
HASHES_PER_DIFFICULTY: Final = 2.0**32
_USD: Final = Look("usd")


@dataclass(slots=True)
class PartRows:
    """What a part's block holds.

    Attributes
    ----------
    lines : dict of str to Row
        By name of the cash-flow line.
    paid : tuple of str
        Names of the lines that customers pay.
    works : str
        Name of the line of works.
    net : Row
        Sum of the lines.
    works_sold : Row
        What of the line of salvage the works fetch.
    """

    lines: dict[str, Row] = field(default_factory=dict)
    paid: tuple[str, ...] = ()
    works: str = ""
    net: Row | None = None
    works_sold: Row | None = None


class PartBlock:
    """Fills the block of one part on the sheet of its build.

    Parameters
    ----------
    sheet : Sheet
        The build's months.
    inputs : Inputs
        The workbook's.
    market : Market
        Rows of the market.
    future : OneFuture
        The run.
    where : tuple of int
        Numbers of the build and the part, from 0.
    """

    def __init__(self, sheet: Sheet, inputs: Inputs, market: Market, future: OneFuture, where: tuple[int, int]) -> None:
        build, part = where
        walk = future.walks[build]
        self.sheet, self.inputs, self.market = sheet, inputs, market
        self.plan: Plan = walk.build.plans[part]
        self.offer: Offer = walk.offers[part]
        self.run: Dispatch = walk.dispatches[part]
        self.own: PartInputs = inputs.parts[build][part]
        self.prepared: Prepared = future.prepared
        self.last = future.world.months
        self.end = self.plan.stay.end(self.last)
        self.rows = PartRows(works=self.plan.works.line)

    def fill(self) -> PartRows:
        """Return the rows of the block."""
        self.sheet.section(f"{self.plan.label}: from the run (inputs)")
        energy = self._energy = self._volumes()
        kind = self.offer.workload
        hours = self._accelerator_inputs
        makers = {"mining": self._mining_inputs, "hosting": self._hosting_inputs, "rental": hours, "inference": hours}
        extra = makers.get(kind, self._other_inputs)()
        self.sheet.section(f"{self.plan.label}: cash flow")
        {"mining": self._mining, "hosting": self._hosting, "rental": self._rental, "inference": self._inference}.get(kind, self._other)(extra)
        self._operations(extra)
        self._as_run()
        self._power(energy)
        self._working_capital()
        self._capital(extra)
        names = list(self.rows.lines)

        def net(c: int) -> Term:
            return sum_(*(self.rows.lines[name][c] for name in names))

        self.rows.net = self.sheet.row("Net of this part", "USD", Look("usd", "total"), net, total=True)
        return self.rows

    def _line(self, name: str, fill: "object", label: str = "") -> None:
        self.rows.lines[name] = self.sheet.row(label or name, "USD", _USD, fill, total=True)  # type: ignore[arg-type]

    def _held(self, label: str, unit: str, values: FloatArray, number: str = "cents") -> Row:
        monthly = np.broadcast_to(values, (1, values.shape[-1])).reshape(-1)
        shift = self.last + 1 - monthly.size  # by month, or by column of the cash flow
        return self.sheet.row(label, unit, Look(number, "held"), lambda c: float(monthly[c - shift]) if c >= shift else 0.0)

    def _volumes(self) -> dict[str, Row]:
        run, bought = self.run, self.run.grid_mwh
        if self.offer.interruptible:
            self._held("Hours run", "h", run.hours_on)
            self._held("Energy used by IT", "MWh", run.it_mwh)
        price = np.divide(run.energy_usd, bought, out=np.zeros_like(bought), where=bought != 0.0)
        reserved = demand_charge(self.offer, self.prepared.tariff.__class__(0.0, 1.0, 0.0))[:, 1:] / -(self.offer.grid_mw * KW_PER_MW)
        rows = {"value": self._held("Energy at nominal efficiency that earns as much", "MWh", run.value_mwh)} if self.offer.interruptible else {}
        return rows | {
            "grid": self._held("Energy bought", "MWh", bought),
            "price": self._held("Mean wholesale price paid", "USD/MWh", price),
            "reserved": self._held("Connection reserved", "0 or 1", reserved, "plain"),
            "service": self._held("Share in service", "share", self.offer.in_service, "share"),
        }

    def _running(self) -> Row:
        base = self.offer.per_month["operations"]
        return self._held("Staff there", "0 or 1", (base != 0.0).astype(np.float64) if self.plan.opex_usd_per_month else np.zeros_like(base), "plain")

    def _mining_inputs(self) -> dict[str, Row]:
        future_coins = self.offer.per_mwh["subsidy"] + self.offer.per_mwh["transaction fees"]
        market = self.market
        price = np.array([[market.coin_usd.values[c] for c in range(1, self.last + 1)]], dtype=np.float64)
        difficulty = np.array([[market.difficulty.values[c] for c in range(1, self.last + 1)]], dtype=np.float64)
        reward = np.array([[float(market.subsidy_btc.values[c]) + float(market.fees_btc.values[c]) for c in range(1, self.last + 1)]])
        efficiency = J_PER_MWH * HASHES_PER_TH * reward * price / (difficulty * HASHES_PER_DIFFICULTY * future_coins)
        sold = self.offer.capital[SALVAGE] - self._works_sold_in_run()
        return {
            "running": self._running(),
            "efficiency": self._held("Efficiency of the machines that stand there", "J/TH", efficiency),
            "repairs": self._held("Repairs, as run", "USD", -self.offer.per_month["repairs"], "usd"),
            "bought": self._held("Later machines, as run", "USD", -self.offer.capital["replacement"], "usd"),
            "sold": self._held("Old machines sold, as run", "USD", sold, "usd"),
        }

    def _hosting_inputs(self) -> dict[str, Row]:
        serving = service_share(self.plan.stay, self.plan.ramp_months, self.last)
        months = np.arange(self.last) - self.plan.first_month
        grown = (1.0 + self.plan.escalator_per_year) ** (np.maximum(months, 0) / MONTHS_PER_YEAR)  # type: ignore[attr-defined]
        full = self.plan.lease_usd_per_month * serving * grown * float(np.exp(-0.5 * self.plan.lease_log_sd**2))  # type: ignore[attr-defined]
        let = np.divide(self.offer.per_month["lease"], full, out=np.zeros_like(full), where=full > 0.0)
        return {
            "running": self._running(),
            "serving": self._held("Halls ready", "share", serving, "share"),
            "let": self._held("Lease paid over the first lease (empty halls, new tenants)", "share", let, "share"),
        }

    def _other_inputs(self) -> dict[str, Row]:
        """Hold what a workload that this file knows nothing of gives: its own lines stand as run, all others follow the inputs."""
        sold = self.offer.capital.get(SALVAGE, np.zeros((1, self.last + 1))) - self._works_sold_in_run()
        bought = -self.offer.capital.get("replacement", np.zeros((1, self.last + 1)))
        return {
            "running": self._running(),
            "bought": self._held("Later machines, as run", "USD", bought, "usd"),
            "sold": self._held("Old machines sold, as run", "USD", sold, "usd"),
        }

    def _accelerator_inputs(self) -> dict[str, Row]:
        plan: Any = self.plan
        serving = self.offer.in_service
        hours = np.array([[self.market.hours.values[c] for c in range(1, self.last + 1)]], dtype=np.float64)
        name = "GPU rental" if self.offer.workload == "rental" else f"{SIDES[-1]} tokens"
        hourly = plan.revenue_usd_per_h if self.offer.workload == "rental" else plan.sold_mtok_per_h[-1] * plan.usd_per_mtok[-1]
        full = hourly * hours * serving
        factor = np.divide(self.offer.per_month[name], full, out=np.zeros_like(full), where=full > 0.0)
        line = np.broadcast_to(self.offer.capital["replacement"], (1, self.last + 1))
        bought = np.flatnonzero(line[0])
        column = int(bought[-1]) if bought.size else plan.first_month
        paid = -float(line[0, column]) if bought.size else self._first_usd()
        age = self.end - column + (0 if bought.size else plan.machine_age_months or 0)
        left = np.zeros((1, self.last + 1))
        left[0, self.end] = paid * min(max(1.0 - age / plan.terms.refresh_months, 0.0), 1.0)
        return {
            "running": self._running(),
            "serving": self._held("Accelerators in service", "share", serving, "share"),
            "factor": self._held("Earnings of an hour over those at the start", "×", factor, "small"),
            "bought": self._held("Later accelerators, as run", "USD", -line, "usd"),
            "left": self._held("Book value of the last accelerators, as run", "USD", left, "usd"),
        }

    def _mining(self, extra: dict[str, Row]) -> None:
        own, inputs, market = self.own, self.inputs, self.market
        value, efficiency = self._energy["value"], extra["efficiency"]
        per_hash = J_PER_MWH * HASHES_PER_TH / HASHES_PER_DIFFICULTY

        def coins(reward: Row, c: int) -> Term | float:
            if c == 0:
                return 0.0
            blocks = value[c] * per_hash / (efficiency[c] * market.difficulty[c] * inputs["difficulty_multiplier"])
            return blocks * reward[c] * market.coin_usd[c] * inputs["coin_price_multiplier"]

        self._line("subsidy", lambda c: coins(market.subsidy_btc, c), "Coins: subsidy")
        self._line("transaction fees", lambda c: coins(market.fees_btc, c), "Coins: transaction fees")
        lines = self.rows.lines
        self._line("pool fee", lambda c: -own["pool_fee"] * (lines["subsidy"][c] + lines["transaction fees"][c]), "Pool fee")
        self._line("repairs", lambda c: -extra["repairs"][c], "Repairs")
        self.rows.paid = ("subsidy", "transaction fees")

    def _hosting(self, extra: dict[str, Row]) -> None:
        own, built = self.own, self.plan.first_month

        def lease(c: int) -> Term | float:
            if c == 0:
                return 0.0
            grown = (1.0 + own["lease_escalator_per_year"]) ** (max(c - 1 - built, 0) / MONTHS_PER_YEAR)
            return own["lease_usd_per_month"] * extra["serving"][c] * extra["let"][c] * grown

        self._line("lease", lease, "Leases")
        self._line("downtime credits", lambda c: -own["credit_share"] * self.rows.lines["lease"][c], "Credits for downtime")
        self.rows.paid = ("lease",)

    def _rental(self, extra: dict[str, Row]) -> None:
        own, hours = self.own, self.market.hours

        def sold(c: int) -> Term | float:
            if c == 0:
                return 0.0
            return own["rental_usd_per_h"] * hours[c] * extra["serving"][c] * extra["factor"][c]

        self._line("GPU rental", sold, "GPU rental")
        self._line("market fee", lambda c: -own["market_fee"] * self.rows.lines["GPU rental"][c], "Fee of the marketplace")
        self._line("service credits", lambda c: -own["credit_share"] * self.rows.lines["GPU rental"][c], "Credits for downtime")
        self.rows.paid = ("GPU rental",)

    def _inference(self, extra: dict[str, Row]) -> None:
        own, hours, fee = self.own, self.market.hours, self.own["market_fee"]
        names = tuple(f"{side} tokens" for side in SIDES)

        def sold(side: str, c: int) -> Term | float:
            if c == 0:
                return 0.0
            price = own[f"token_price_usd_per_mtok_{side}"] * self.inputs["token_multiplier"]
            return own[f"sold_mtok_per_h_{side}"] * price * hours[c] * extra["serving"][c] * extra["factor"][c]

        for side, name in zip(SIDES, names, strict=True):
            self._line(name, partial(sold, side), f"Tokens {'read' if side == SIDES[0] else 'written'}")
        self._line("market fee", lambda c: -fee * sum_(*(self.rows.lines[name][c] for name in names)), "Fee of the marketplace")
        credited = own["credit_share"]
        self._line("service credits", lambda c: -credited * sum_(*(self.rows.lines[name][c] for name in names)), "Credits for downtime")
        self.rows.paid = names

    def _other(self, _: dict[str, Row]) -> None:
        self._as_run()
        self.rows.paid = tuple(name for name in self.rows.lines if float(self.rows.lines[name].total.number) > 0.0)

    def _operations(self, extra: dict[str, Row]) -> None:
        own, inputs = self.own, self.inputs

        def paid(c: int) -> Term | float:
            if c == 0:
                return 0.0
            return -(own["opex_usd_per_month"] * (1.0 + inputs["inflation_per_year"]) ** ((c - 1) / MONTHS_PER_YEAR) * extra["running"][c])

        self._line("operations", paid, "Running costs")

    def _as_run(self) -> None:
        """Lines that no formula is written for stand as the run gave them."""
        offer, known = self.offer, self.rows.lines
        for name, usd in (*offer.per_mwh.items(), *offer.per_month.items()):
            if name not in (*known, "operations") and usd.any():
                by_month = (usd * (self.run.value_mwh if name in offer.per_mwh else 1.0)).reshape(-1)
                values = [0.0, *by_month.tolist()]
                known[name] = self.sheet.row(f"{name} (as run)", "USD", Look("usd", "held"), values.__getitem__, total=True)

    def _power(self, energy: dict[str, Row]) -> None:
        inputs, own, lines = self.inputs, self.own, self.rows.lines
        stops = self.offer.interruptible
        self._line(ENERGY, lambda c: -energy["grid"][c] * energy["price"][c] * inputs["power_price_multiplier"], "Energy, wholesale")
        self._line(DELIVERY, lambda c: -energy["grid"][c] * inputs["delivery_usd_per_mwh"], "Delivery")

        def demand(c: int) -> Term:
            full = energy["reserved"][c] * inputs["demand_charge_usd_per_kw_month"] * (self.offer.grid_mw * KW_PER_MW)
            return -(full * (1.0 - inputs["peak_avoidance"])) if stops else -full

        self._line(DEMAND_CHARGE, demand, "Demand charge")
        if self.offer.power_passthrough or "power_passthrough" in own.cells:

            def theirs(c: int) -> Term:
                return -own["power_passthrough"] * (lines[ENERGY][c] + lines[DELIVERY][c] + lines[DEMAND_CHARGE][c] * energy["service"][c])

            self._line(REIMBURSED, theirs, "Power that tenants reimburse")

    def _working_capital(self) -> None:
        inputs, lines = self.inputs, self.rows.lines
        power = [name for name in (ENERGY, DELIVERY, DEMAND_CHARGE, REIMBURSED) if name in lines]

        def owed(c: int) -> Term | float:
            if c == self.last:
                return 0.0
            customers = sum_(*(lines[name][c] for name in self.rows.paid)) * (inputs["receivable_days"] / MONTH_DAYS)
            return customers + sum_(*(lines[name][c] for name in power)) * (inputs["payable_days"] / MONTH_DAYS)

        balance = self.sheet.row("Owed by customers less owed for power (balance)", "USD", Look("usd", "note"), owed)
        self._line(WORKING_CAPITAL, lambda c: balance[c - 1] - balance[c] if c else -balance[c], "Working capital")

    def _capital(self, extra: dict[str, Row]) -> None:
        inputs, own, plan, lines = self.inputs, self.own, self.plan, self.rows.lines
        schedule = works_schedule(plan.construction_months, self.last, plan.from_month)[0]

        def works(c: int) -> Term | float:
            return -(own["works_usd"] * float(schedule[c])) if schedule[c] else 0.0

        self._line(plan.works.line, works, f"Works ({plan.works.line})")
        name = next((name for name in MACHINES if name in self.offer.capital), None)
        if name is not None:
            self._line(name, self._first_machines(name), f"First {name}")
            self._line("replacement", lambda c: -(extra["bought"][c] * own["machine_price_ratio"]), f"Later {name}")
        served = self.end - plan.first_month
        left = remaining_life_share(served, plan.works.life_months)

        def works_sold(c: int) -> Term | float:
            if c != self.end or not left:
                return 0.0
            life = 1.0 - float(max(served, 0)) / own["site_life_months"]
            return -sum_(lines[plan.works.line].all()) * own["salvage_share"] * max_(life, 0.0) * inputs["salvage_multiplier"]

        self.rows.works_sold = self.sheet.row("of salvage: works", "USD", Look("usd", "note"), works_sold)

        def salvage(c: int) -> Term:
            sold = self.rows.works_sold[c]  # type: ignore[index]
            if name is None:
                return sold
            machines = extra["sold"][c] if "sold" in extra else extra["left"][c] * own["salvage_share"]
            return sold + machines * own["machine_price_ratio"] * inputs["salvage_multiplier"]

        self._line(SALVAGE, salvage, "Salvage and old machines sold")

    def _first_machines(self, name: str) -> Callable[[int], Term | float]:
        """Return the fill of the line of first machines: their price today, times what a later order costs over that."""
        at, planned = self.plan.first_month, self.own["machines_usd"]
        paid = -float(self.offer.capital[name][0, at]) if at <= self.last else 0.0
        later = paid / planned.number if self.plan.from_month and planned.number else 1.0
        if not paid:
            return lambda _: 0.0
        return lambda c: 0.0 if c != at else -planned if later == 1.0 else -(planned * later)

    def _first_usd(self) -> float:
        """Return what the first accelerators cost, or would have when they are there already; 0 where they never come."""
        plan: Any = self.plan
        paid = -float(self.offer.capital["accelerators"].sum())
        return float(plan.terms.accelerators_usd) if plan.machine_age_months is not None and plan.stay.delivered(self.last) else paid

    def _works_sold_in_run(self) -> FloatArray:
        plan, line = self.plan, self.offer.capital[self.plan.works.line]
        left = remaining_life_share(self.end - plan.first_month, plan.works.life_months)
        sold = np.zeros((1, self.last + 1))
        sold[0, self.end] = -float(line.sum()) * plan.works.salvage_share * left
        return sold

