"""The sheet of inputs: every cell that a reader may change, named, with unit, source and what changing it leaves as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from wattmint.finance.macrs import CLASSES
from wattmint.finance.tax import NO_LIMIT
from wattmint.finance.tax_terms import TaxTerms, tax_terms
from wattmint.provenance import UsedInput
from wattmint.report.workbook.sheets import Book, Sheet
from wattmint.report.workbook.terms import Term, Value, if_
from wattmint.scenario.model import Debt, Scenario, Tax
from wattmint.study.one_future import OneFuture
from wattmint.types import Offer
from wattmint.units import KW_PER_MW, MONTHS_PER_YEAR, W_PER_MW
from wattmint.workloads.hosting import HostingPlan
from wattmint.workloads.inference import SIDES, InferencePlan
from wattmint.workloads.mining import MiningPlan
from wattmint.workloads.plan import Plan
from wattmint.workloads.rental import RentalPlan

SHEET: Final = "Inputs"
NO_TABLE: Final = "no table in the site file"
LAW, NONE, LEVEL = "law", "none", 0.0
"""Cells that hold no number: bonus by the law in force, no limit; and a cover ratio of 0 for level instalments."""

EXACT: Final = "exact"
FLEET: Final = "hours run and fleet stay as in the run; run again to move them"
DECIDES: Final = "exact while the run would buy the same machines at the same time"
MACHINES: Final = ("machines", "accelerators")
"""Names of the lines of first machines."""

SIZE: Final = "size: run again to change it"


@dataclass(frozen=True, slots=True)
class PartInputs:
    """The cells of one part, by their names in the data dictionary; see `Inputs.part`."""

    cells: dict[str, Term]

    def __getitem__(self, name: str) -> Term:
        return self.cells[name]


class Keep(Protocol):
    """Makes a cell of a part, under its name."""

    def __call__(self, name: str, label: str, value: Value, effect: str = EXACT, number: str = "number", origin: UsedInput | str = "") -> None:
        """Write label, value and unit or source, and what changing the cell leaves as it was."""


class Inputs:
    """The sheet while it is filled; afterwards its cells by name.

    Parameters
    ----------
    book : Book
        Gets the sheet.
    future : OneFuture
        Gives the values.
    """

    def __init__(self, book: Book, future: OneFuture) -> None:
        self._book, self._future = book, future
        self.scenario = future.prepared.scenario
        self.sheet: Sheet = book.sheet(SHEET)
        self.cells: dict[str, Term] = {}
        self.parts: list[list[PartInputs]] = []
        self._row = 0
        tax = self.scenario.tax
        self.terms = _terms(self.scenario) if tax is None else tax_terms(tax, self.scenario.study)
        self._fill()

    def __getitem__(self, name: str) -> Term:
        return self.cells[name]

    def _fill(self) -> None:
        sheet = self.sheet
        sheet.title("Inputs", "Blue on yellow may be changed; everything else follows. A changed cell turns orange beside its value as run.")
        for column, width in enumerate((46.0, 15.0, 17.0, 15.0, 30.0, 12.0, 34.0, 98.0)):
            sheet.widths[column] = width
        for column, word in enumerate(("Input", "Value", "Unit", "As run", "Source", "Kind", "Name in formulas", "When it is changed")):
            sheet.put(3, column, word, "text", "heading")
        sheet.frozen, sheet.repeat_rows, self._row = (4, 2), 4, 4
        self._cases()
        self._money()
        self._tax()
        self._debt()
        for number, (build, walk) in enumerate(zip(self._future.prepared.builds, self._future.walks, strict=True), start=1):
            found = []
            for place, plan in enumerate(walk.build.plans, start=1):
                self._section(f"Build {number}: {build.name} · {plan.label}")
                found.append(PartInputs(self._part(f"b{number}p{place}", plan, walk.offers[place - 1])))
            self.parts.append(found)

    def _section(self, text: str) -> None:
        self._row += 1
        for column in range(8):
            self.sheet.put(self._row, column, "" if column else text, "text", "section")
        self._row += 1

    def add(
        self, name: str, label: str, value: Term | Value, used: UsedInput, effect: str, number: str = "number", allowed: tuple[str, ...] = ()
    ) -> Term:
        """Add a cell that may be changed.

        Parameters
        ----------
        name : str
            In formulas.
        label : str
            For people.
        value : Term, number or str
            As run; a term is a formula that holds until something is typed over it.
        used : UsedInput
            Unit, source and kind.
        effect : str
            What changing it means.
        number : str
            Number format.
        allowed : tuple of str
            Of a drop-down list.

        Returns
        -------
        Term
            The named cell.
        """
        row, sheet = self._row, self.sheet
        cell = sheet.put(row, 1, value, number, "held" if effect == SIZE else "input")
        plain = value.value if isinstance(value, Term) else value
        for column, content in ((0, label), (2, used.unit), (4, used.source), (5, used.kind), (6, name), (7, effect)):
            sheet.put(row, column, content, "text")
        sheet.put(row, 3, plain, number, "note")
        sheet.watched.append((row, 1, f"=$B${row + 1}<>$D${row + 1}"))
        if allowed:
            sheet.lists[row, 1] = allowed
        self._row += 1
        return self._book.name(name, cell)

    def _keep(
        self, name: str, label: str, value: Term | Value, used: UsedInput, effect: str, number: str = "number", allowed: tuple[str, ...] = ()
    ) -> None:
        self.cells[name] = self.add(name, label, value, used, effect, number, allowed)

    def _cases(self) -> None:
        self._section("Cases: what multiplies the run's own numbers, in all builds")
        plans = [plan for build in self._future.prepared.builds for plan in build.plans]
        kinds = (MiningPlan, HostingPlan, RentalPlan, InferencePlan)
        mining, hosting, rental, inference = (any(isinstance(plan, kind) for plan in plans) for kind in kinds)
        machines = any(name in offer.capital for walk in self._future.walks for offer in walk.offers for name in MACHINES)
        known = UsedInput("", 1.0, "×", "workbook", "case")
        rows = [
            ("coin_price_multiplier", "Coin price", f"{FLEET} and the network", mining),
            ("difficulty_multiplier", "Mining difficulty", FLEET, mining),
            ("lease_multiplier", "Leases of halls", EXACT, hosting),
            ("rental_multiplier", "GPU rental", DECIDES, rental),
            ("token_multiplier", "Price of tokens", DECIDES, inference),
            ("power_price_multiplier", "Wholesale price of power", f"{EXACT} for halls; mining: {FLEET}" if mining else EXACT, True),
            ("opex_multiplier", "Running costs (staff, maintenance, insurance)", f"{EXACT}; mining: {DECIDES}" if mining else EXACT, True),
            ("works_multiplier", "Cost of works", EXACT, True),
            ("machine_price_multiplier", "Price of machines", f"mining: {FLEET}; others: {DECIDES}", machines),
            ("salvage_multiplier", "What works and machines fetch", f"{EXACT} for works; machines: {DECIDES}", True),
        ]
        for name, label, effect, there in rows:
            if there:
                self._keep(name, label, 1.0, known, effect)

    def _site(self, table: object, name: str) -> UsedInput:
        """Where a key of the site file's tables comes from."""
        field = type(table).model_fields[name]  # type: ignore[attr-defined]
        extra = field.json_schema_extra
        unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
        given = name in table.model_fields_set  # type: ignore[attr-defined]
        return UsedInput(name, 0.0, unit, "site file", "given" if given else "default")

    def _money(self) -> None:
        self._section("Money and power")
        money, tariff, power = self.scenario.money, self._future.prepared.tariff, self.scenario.power
        rentals = any(isinstance(plan, RentalPlan | InferencePlan) for build in self._future.prepared.builds for plan in build.plans)
        effect = DECIDES if rentals else EXACT
        self._keep("discount_rate", "Discount rate per year", money.discount_rate, self._site(money, "discount_rate"), effect, "share")
        self._keep("inflation_per_year", "Inflation of running costs", money.inflation, self._site(money, "inflation"), DECIDES, "share")
        self._keep("receivable_days", "Customers pay after", money.receivable_days, self._site(money, "receivable_days"), EXACT)
        self._keep("payable_days", "The power bill is paid after", money.payable_days, self._site(money, "payable_days"), EXACT)
        avoided = next(used for used in self._future.prepared.tariff_inputs if used.name == "peak_avoidance")
        moves = f"{EXACT} for halls; mining: {FLEET}"
        self._keep("delivery_usd_per_mwh", "Delivery on every MWh", tariff.delivery_usd_per_mwh, self._site(power, "delivery_usd_per_mwh"), moves)
        charge = tariff.demand_charge_usd_per_kw_month
        self._keep("demand_charge_usd_per_kw_month", "Demand charge", charge, self._site(power, "demand_charge_usd_per_kw_month"), EXACT)
        self._keep("peak_avoidance", "Share of it that load which can stop avoids", tariff.peak_avoidance, avoided, EXACT, "share")

    def _tax(self) -> None:
        tax = self.scenario.tax
        self._section("Tax" if tax is not None else "Tax: no table [tax] in the site file, so all rates stand at 0; type rates to see what tax takes")
        used = {one.name: one for one in self.terms.inputs}

        def source(name: str) -> UsedInput:
            if tax is None:
                return UsedInput(name, 0.0, used[name].unit if name in used else "", NO_TABLE, "example")
            return used.get(name) or self._site(tax, name)

        def known(name: str) -> float:
            return float(used[name].value) if name in used else 0.0

        terms = self.terms
        self._keep("national_tax_rate", "National tax on income", known("national_tax_rate"), source("national_tax_rate"), EXACT, "share")
        self._keep("state_tax_rate", "State's or local tax on income", known("state_tax_rate"), source("state_tax_rate"), EXACT, "share")
        self._keep("gross_margin_tax_rate", "Tax on gross margin", terms.margin_rate, source("gross_margin_tax_rate"), EXACT, "share")
        losses = "used" if terms.losses_used else "carried"
        self._keep("tax_losses", "Losses are", losses, source("losses"), EXACT, "text", ("carried", "used"))
        self._keep("loss_limit_share", "Income that old losses may cover", terms.loss_limit, source("loss_limit_share"), EXACT, "share")
        limit = NONE if terms.interest_limit == NO_LIMIT else terms.interest_limit
        unlimited = f"{EXACT}; 'none' for no limit"
        self._keep("interest_limit_share", "Income that interest may cover", limit, source("interest_limit_share"), unlimited, "share")
        basis = "ebit" if terms.interest_after_depreciation else "ebitda"
        self._keep("interest_limit_basis", "counted as", basis, source("interest_limit_basis"), EXACT, "text", ("ebitda", "ebit"))
        schedule = ("macrs", "straight-line")
        self._keep("depreciation_schedule", "Depreciation", terms.works.method, source("depreciation_schedule"), EXACT, "text", schedule)
        classes = f"{EXACT}; with macrs one of {', '.join(map(str, CLASSES))}"
        for kind, rule in (("machine", terms.machines), ("works", terms.works)):
            name = f"{kind}_recovery_years"
            self._keep(name, f"{'Works' if kind == 'works' else 'Machines'} are deducted over", float(rule.years), source(name), classes, "plain")
        given = LAW if tax is None or tax.bonus_share is None else tax.bonus_share
        self._keep("bonus_share", "Bonus in the first year", given, source("bonus_share"), f"{EXACT}; 'law' takes the law in force", "share")
        name = "property_tax_per_year"
        self._keep(name, "Property tax on the assessed value", terms.property_rate, source(name), EXACT, "share")
        self._keep("vat_rate", "Value-added tax on works and machines", terms.vat_rate, source("vat_rate"), EXACT, "share")
        self._keep("vat_refund_months", "refunded after", float(terms.vat_refund_months), source("vat_refund_months"), EXACT, "plain")
        both_rates = self["national_tax_rate"] + self["state_tax_rate"]
        rate = if_(self["depreciation_schedule"].equals("macrs"), both_rates - self["national_tax_rate"] * self["state_tax_rate"], both_rates)
        self.cells["tax_rate_on_income"] = self._derived("tax_rate_on_income", "Rate on income, nation and state together", rate, "share", "share")

    def _derived(self, name: str, label: str, value: Term, unit: str, number: str = "count") -> Term:
        row = self._row
        cell = self.sheet.put(row, 1, value, number)
        for column, content in ((0, label), (2, unit), (4, "workbook"), (5, "formula"), (6, name)):
            self.sheet.put(row, column, content, "text")
        self._row += 1
        return self._book.name(name, cell)

    def _debt(self) -> None:
        given = self.scenario.debt
        self._section("Debt" if given is not None else "Debt: no table [debt] in the site file, so the share is 0; type one to see what a loan does")
        debt = given or Debt(debt_share=0.0, debt_rate=0.08, debt_term_months=60)

        def source(name: str) -> UsedInput:
            used = self._site(debt, name)
            return used if given is not None else UsedInput(name, 0.0, used.unit, NO_TABLE, "example")

        def keep(name: str, label: str, value: Term | Value, number: str = "share", effect: str = EXACT) -> None:
            self._keep(name, label, value, source(name), effect, number)

        keep("debt_share", "Loan on works and first machines, share of cost", debt.debt_share)
        self._keep("dscr_asked", "Cover ratio asked for (0: level instalments)", debt.dscr or LEVEL, source("dscr"), EXACT)
        keep("debt_rate", "Interest per year", debt.debt_rate)
        keep("debt_term_months", "Term from full service on", float(debt.debt_term_months), "plain")
        keep("grace_months", "of which interest alone", float(debt.grace_months), "plain")
        keep("upfront_fee_share", "Fee on the loan", debt.upfront_fee_share)
        keep("reserve_months", "Reserve of coming service", float(debt.reserve_months), "plain")
        keep("equipment_share", "Loan on machines, share of each purchase", debt.equipment_share)
        rate = self["debt_rate"] if debt.equipment_rate is None else debt.equipment_rate
        keep("equipment_rate", "its interest per year", rate)
        term = self["debt_term_months"] if not debt.equipment_term_months else float(debt.equipment_term_months)
        keep("equipment_term_months", "its term", term, "plain")
        owners = self["discount_rate"] if debt.equity_discount_rate is None else debt.equity_discount_rate
        keep("equity_discount_rate", "Discount rate of the owner's money", owners, "share")

    def _part(self, prefix: str, plan: Plan, offer: Offer) -> dict[str, Term]:
        used = {one.name: one for one in reversed(plan.inputs)}
        cells: dict[str, Term] = {}

        def keep(name: str, label: str, value: Value, effect: str = EXACT, number: str = "number", origin: UsedInput | str = "") -> None:
            found = origin if isinstance(origin, UsedInput) else used.get(name) or UsedInput(name, 0.0, origin, "workbook", "derived")
            cells[name] = self.add(f"{prefix}_{name}", label, value, found, effect, number)

        capex = float(used["site_capex_usd_per_mw"].value) if "site_capex_usd_per_mw" in used else 0.0  # existing halls
        keep("it_mw", "IT power", plan.it_mw, SIZE, "number", "MW")
        keep("site_capex_usd_per_mw", "Works per MW of IT", capex, EXACT, "count")
        if not isinstance(plan, MiningPlan):
            beyond = plan.works.usd - capex * plan.it_mw
            keep("backup_usd", "Backup power beyond that in the works", beyond, EXACT, "count", "USD")
        middle = float(np.exp(-0.5 * plan.works.log_sd**2))
        keep("works_cost_factor", "Median over mean cost of works (overruns are skewed)", middle, EXACT, "small", "×")
        keep("site_life_months", "Life of the works", plan.works.life_months, EXACT, "plain")
        fetched = DECIDES if isinstance(plan, RentalPlan | InferencePlan) else EXACT
        keep("salvage_share", "Book value fetched at the end", plan.works.salvage_share, fetched, "share")
        opex = float(used["opex_usd_per_mw_year"].value)
        keep("opex_usd_per_mw_year", "Running costs at today's prices", opex, DECIDES if isinstance(plan, MiningPlan) else EXACT)
        if not isinstance(plan, MiningPlan):
            upkeep = plan.opex_usd_per_month * MONTHS_PER_YEAR - opex * plan.it_mw
            keep("backup_opex_usd_per_year", "Upkeep of backup power beyond that in them", upkeep, EXACT, "count", "USD/year")
        if isinstance(plan, MiningPlan):
            _mining(plan, used, keep)
        elif isinstance(plan, HostingPlan):
            _hosting(plan, keep)
        elif isinstance(plan, RentalPlan | InferencePlan):
            _accelerators(plan, used, keep)
        elif any(name in offer.capital for name in MACHINES):
            keep("first_machines_usd", "First machines", first_machines_usd(offer), DECIDES, "count", "USD")
        for name, label, unit, value in self._products(cells):
            cells[name] = self._derived(f"{prefix}_{name}", label, value, unit, "number" if unit == "×" else "count")
        return cells

    def _products(self, own: dict[str, Term]) -> list[tuple[str, str, str, Term]]:
        """Return what follows from a part's cells and the cases."""
        built = own["site_capex_usd_per_mw"] * own["it_mw"]
        works = (built + own["backup_usd"] if "backup_usd" in own else built) * own["works_cost_factor"] * self["works_multiplier"]
        yearly = own["opex_usd_per_mw_year"] * own["it_mw"]
        opex = (yearly + own["backup_opex_usd_per_year"] if "backup_opex_usd_per_year" in own else yearly) / MONTHS_PER_YEAR * self["opex_multiplier"]
        rows = [("works_usd", "Works", "USD", works), ("opex_usd_per_month", "Running costs at today's prices", "USD/month", opex)]
        machines: Term | None = None
        if "lease_usd_per_kw_month" in own:
            lease = own["lease_usd_per_kw_month"] * (own["it_mw"] * KW_PER_MW) * own["lease_factor"] * self["lease_multiplier"]
            rows.append(("lease_usd_per_month", "Lease of all halls at the start", "USD/month", lease))
        if "machine_usd_per_th" in own:
            machines = own["machine_usd_per_th"] * own["hashrate_ths"] * self["machine_price_multiplier"]
        if "rental_usd_per_gpu_h" in own:
            hourly = own["accelerators"] * own["rental_usd_per_gpu_h"] * own["utilisation"] * own["served_share"] * self["rental_multiplier"]
            rows.append(("rental_usd_per_h", "All accelerators' earnings when new", "USD/h", hourly))
        if "accelerator_usd" in own:
            machines = own["accelerators"] * own["accelerator_usd"] * (1.0 + own["network_storage_share"]) * self["machine_price_multiplier"]
        if "first_machines_usd" in own:
            machines = own["first_machines_usd"] * self["machine_price_multiplier"]
        if machines is not None:
            rows.append(("machines_usd", "First machines", "USD", machines))
            rows.append(("machine_price_ratio", "Their price over the run's", "×", machines / machines.number if machines.number else Term("1", 1.0)))
        return rows


def first_machines_usd(offer: Offer) -> float:
    """Return what a part's first machines cost; 0 where it buys none."""
    return -sum(float(offer.capital[name].sum()) for name in MACHINES if name in offer.capital)


def _terms(scenario: Scenario) -> TaxTerms:
    """Rules of depreciation to start from where the site file names no tax: all rates 0."""
    none = Tax(jurisdiction="us-tx", national_tax_rate=0.0, state_tax_rate=0.0, gross_margin_tax_rate=0.0, vat_rate=0.0)
    return tax_terms(none, scenario.study)


def _mining(plan: MiningPlan, used: Mapping[str, UsedInput], keep: Keep) -> None:
    quote = plan.fleet.quote
    hashrate = plan.it_mw * W_PER_MW / quote.efficiency_j_per_th
    keep("hashrate_ths", f"{plan.fleet.machines:,} machines", hashrate, SIZE, "count", "TH/s")
    price = used.get("machine_usd_per_th", UsedInput("", 0.0, "USD/TH", "machine prices", "published"))
    keep("machine_usd_per_th", "Price of machines", quote.usd_per_mw * quote.efficiency_j_per_th / W_PER_MW, FLEET, "number", price)
    keep("pool_fee", "Pool fee", plan.running.pool_fee, FLEET, "share")


def _hosting(plan: HostingPlan, keep: Keep) -> None:
    keep("lease_usd_per_kw_month", "Lease at the start", plan.lease_usd_per_month / (plan.it_mw * KW_PER_MW))
    keep("lease_factor", "Median over mean lease signed", float(np.exp(-0.5 * plan.lease_log_sd**2)), EXACT, "small", "×")
    keep("lease_escalator_per_year", "Escalator of the lease", plan.escalator_per_year, EXACT, "share")
    keep("credit_share", "Credited for downtime beyond the promise", plan.credit_share, EXACT, "share", "share of lease")
    keep("power_passthrough", "Power that tenants reimburse", plan.power_passthrough, EXACT, "share")


def _accelerators(plan: RentalPlan | InferencePlan, used: Mapping[str, UsedInput], keep: Keep) -> None:
    keep("accelerators", "Accelerators", float(plan.accelerators), SIZE, "count", "GPUs")
    storage = float(used["network_storage_share"].value)
    keep("network_storage_share", "Network and storage on top of accelerators", storage, DECIDES, "share")
    keep("accelerator_usd", "Price of an accelerator", plan.terms.accelerators_usd / plan.accelerators / (1.0 + storage), DECIDES, "count")
    keep("market_fee", "Fee of the marketplace", plan.market_fee, DECIDES, "share")
    keep("credit_share", "Credited for downtime", plan.credit_share, DECIDES, "share", "share of revenue")
    if isinstance(plan, RentalPlan):
        keep("utilisation", "Hours sold", float(used["utilisation"].value), DECIDES, "share")
        keep("served_share", "Hours at work: with power, servers started", plan.served_share, DECIDES, "small", "share")
        sold = plan.accelerators * float(used["utilisation"].value) * plan.served_share
        rental = next((one for name, one in used.items() if name.startswith("rental_")), "USD/GPU-h")
        keep("rental_usd_per_gpu_h", "Rental at the start", plan.revenue_usd_per_h / sold, DECIDES, "number", rental)
        return
    for side, sold_per_h, usd in zip(SIDES, plan.sold_mtok_per_h, plan.usd_per_mtok, strict=True):
        what, tokens = "read" if side == SIDES[0] else "written", used.get(f"{side}_usd_per_mtok")
        keep(f"sold_mtok_per_h_{side}", f"Tokens {what} and sold at the start", sold_per_h, DECIDES, "number", "million/h")
        keep(f"token_price_usd_per_mtok_{side}", "Their price at the start", usd, DECIDES, "number", tokens or "USD/Mtok")
