"""What the report's tests share: a reader of pages, one machine's answer, and a realistic verdict without a study.

The verdict: five builds of a 100 MW site, drawn with a fixed seed from simple yearly economics.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from wattmint.calculators.mining.forecast import forecast
from wattmint.calculators.mining.league import league
from wattmint.calculators.mining.static import case_of_machine, static_result
from wattmint.market.snapshot import market_snapshot
from wattmint.provenance import MarketValue, SourceUsed, UsedInput
from wattmint.report.mining.words import MineAnswer
from wattmint.risk.financed import Financed
from wattmint.risk.verdict import BuildVerdict, Flip, HoursPicture, Spread, Verdict, WinMap, Winner
from wattmint.scenario.model import Market
from wattmint.types import FloatArray

MONTHS, CAPITAL_USD, RATE = 120, 300e6, 0.10
NONE = Spread(None, None, None, None)


@dataclass
class Recipe:
    """Monthly USD by line once in service, capital at the start, months of works, spread of revenue and its drift per year."""

    name: str
    parts: tuple[str, ...]
    works: int
    revenue: dict[str, float]
    costs: dict[str, float]
    capital: dict[str, float]
    sigma: float
    drift: float = 0.0
    renew: dict[int, tuple[str, float]] = field(default_factory=dict)
    strike: float | None = None
    bitcoin: float = 0.0


RECIPES = (
    Recipe(
        "Mine bitcoin", ("mining, 100 MW, Antminer S21 XP",), 4,
        {"subsidy": 8.6e6, "transaction fees": 0.1e6},
        {"pool fee": 0.1e6, "energy": 2.3e6, "delivery": 0.5e6, "demand charge": 0.15e6, "operations": 0.5e6},
        {"site works": 38e6, "machines": 82e6}, 0.45, -0.06, {54: ("replacement", 46e6)}, 88.0, 6_900.0,
    ),
    Recipe(
        "Host AI tenants", ("hosting, 100 MW, N+1 diesel backup",), 18,
        {"lease": 14.4e6, "power reimbursed": 3.1e6},
        {"downtime credits": 0.05e6, "energy": 2.6e6, "delivery": 0.6e6, "demand charge": 0.4e6, "operations": 1.2e6},
        {"conversion": 905e6}, 0.12, 0.025,
    ),
    Recipe(
        "Own and rent GPUs", ("rental, 100 MW, H100 SXM, 3-year contracts",), 12,
        {"GPU rental": 112e6}, {"market fee": 2e6, "energy": 2.6e6, "delivery": 0.6e6, "demand charge": 0.4e6, "operations": 9e6},
        {"conversion": 905e6, "accelerators": 2_150e6}, 0.38, -0.13, {72: ("replacement", 1_400e6)},
    ),
    Recipe(
        "60/40 mining + hosting", ("mining, 60 MW, Antminer S21 XP", "hosting, 40 MW, N+1 diesel backup"), 4,
        {"subsidy": 5.1e6, "transaction fees": 0.06e6, "lease": 5.5e6, "power reimbursed": 1.2e6},
        {"pool fee": 0.06e6, "downtime credits": 0.02e6, "energy": 2.5e6, "delivery": 0.5e6, "demand charge": 0.25e6, "operations": 0.8e6},
        {"site works": 23e6, "machines": 49e6, "conversion": 362e6}, 0.26, -0.02, {54: ("replacement", 28e6)}, 88.0, 4_100.0,
    ),
)  # fmt: skip


def _spread(values: FloatArray) -> Spread:
    values = values[np.isfinite(values)]
    return NONE if values.size == 0 else Spread(float(values.mean()), *(float(q) for q in np.quantile(values, (0.1, 0.5, 0.9))))


def _lines(recipe: Recipe, market: FloatArray) -> dict[str, FloatArray]:
    """Cash-flow lines of shape (paths, months + 1)."""
    paths = market.shape[0]
    month = np.arange(1, MONTHS + 1)
    on = np.clip((month - recipe.works) / 3.0, 0.0, 1.0)
    level = np.exp(recipe.sigma * market - recipe.sigma**2 / 2 * market.var(axis=0)) * np.exp(recipe.drift * month / 12)
    lines = {name: np.hstack([np.zeros((paths, 1)), usd * on * level]) for name, usd in recipe.revenue.items()}
    for name, usd in recipe.costs.items():
        lines[name] = np.hstack([np.zeros((paths, 1)), np.broadcast_to(-usd * on * 1.02 ** (month / 12), (paths, MONTHS))])
    for name, usd in recipe.capital.items():
        lines[name] = np.zeros((paths, MONTHS + 1))
        lines[name][:, : recipe.works + 1] = -usd / (recipe.works + 1)
    for at, (name, usd) in recipe.renew.items():
        lines[name] = np.zeros((paths, MONTHS + 1))
        lines[name][:, at] = -usd
    lines["salvage"] = np.zeros((paths, MONTHS + 1))
    lines["salvage"][:, -1] = 0.3 * sum(recipe.capital.values())
    return lines


def _irr(net: FloatArray) -> FloatArray:
    months = np.arange(MONTHS + 1)
    rates = np.linspace(-0.03, 0.08, 221)
    values = net @ (1.0 + rates[None, :]) ** -months[:, None]
    crossing = (values[:, :-1] > 0) & (values[:, 1:] <= 0)
    found = (1.0 + rates[crossing.argmax(axis=1)]) ** 12 - 1.0
    return np.where(crossing.any(axis=1), found, np.nan)


def _payback(net: FloatArray) -> FloatArray:
    total = net.cumsum(axis=1)
    back = (total >= 0.0) & (np.arange(MONTHS + 1) > 0)
    last_red = MONTHS - (total[:, ::-1] < 0.0).argmax(axis=1)
    return np.where(back[:, -1], last_red + 1.0, np.nan)


def _build(recipe: Recipe, net: FloatArray, lines: dict[str, FloatArray], npv: FloatArray, best: float) -> BuildVerdict:
    total = net.cumsum(axis=1)
    need, payback = -total.min(axis=1), _payback(net)
    discounted = _payback(net * (1.0 + RATE) ** (-np.arange(MONTHS + 1) / 12))
    quarters = np.arange(0, MONTHS + 1, 3)
    p10, p50, p90 = np.quantile(total[:, quarters], (0.1, 0.5, 0.9), axis=0)
    counts, _ = np.histogram(payback[np.isfinite(payback)], bins=np.arange(0, MONTHS + 12, 12))
    by_year = {name: np.add.reduceat(values, [0, *range(13, MONTHS + 1, 12)], axis=1).mean(axis=0) for name, values in lines.items()}
    mean, is_mining = float(npv.mean()), recipe.strike is not None
    return BuildVerdict(
        name=recipe.name, parts=recipe.parts, grid_mw=100.0, months_to_revenue=recipe.works, capital_need_usd=_spread(need),
        capital_gap_usd=max(0.0, float(np.median(need)) - CAPITAL_USD), npv_usd=_spread(npv), irr=_spread(_irr(net)),
        irr_defined_share=float(np.isfinite(_irr(net)).mean()), payback_months=_spread(payback), discounted_payback_months=_spread(discounted),
        paid_back_share=float(np.isfinite(payback).mean()), roi=_spread(total[:, -1] / need), loss_probability=float((npv < 0).mean()),
        cvar_npv_usd=float(np.sort(npv)[: max(1, npv.size // 20)].mean()), best_share=best, npv_usd_per_mw=mean / 100.0,
        npv_usd_per_usd=mean / float(need.mean()), npv_usd_per_month_waited=mean / recipe.works, uptime=0.93 if is_mining else None,
        energy_usd_per_mwh=31.2 if is_mining else 36.4, bitcoin=_spread(recipe.bitcoin * np.exp(0.1 * np.linspace(-1, 1, npv.size))),
        lines_by_year_usd={name: tuple(values.tolist()) for name, values in by_year.items()},
        cumulative_usd={"month": tuple(quarters.tolist()), "p10": tuple(p10), "p50": tuple(p50), "p90": tuple(p90)}
        | {"mean": tuple(total[:, quarters].mean(axis=0))},
        payback_histogram={"year": tuple(range(1, 11)), "share": tuple(counts / npv.size)},
        strike_usd_per_mwh=_spread(recipe.strike * np.exp(0.25 * np.linspace(-1.5, 1.5, npv.size))) if recipe.strike else NONE,
        inputs=_inputs(recipe),
    )  # fmt: skip


def _inputs(recipe: Recipe) -> tuple[UsedInput, ...]:
    used = [UsedInput("construction_months", float(recipe.works), "month", "works-2026", "estimate")]
    used.append(UsedInput("salvage_share", 0.3, "share", "works-2026", "estimate"))
    if recipe.strike is not None:
        used += [
            UsedInput("machine", "Antminer S21 XP", "text", "site file", "given"),
            UsedInput("efficiency_j_per_th", 13.5, "J/TH", "bitmain-2026", "datasheet"),
            UsedInput("machine_usd_per_th", 11.0, "USD/(TH/s)", "site file", "given"),
            UsedInput("pool_fee", 0.015, "share", "pools-2026", "published"),
        ]
    if "lease" in recipe.revenue:
        used += [
            UsedInput("lease_usd_per_kw_month", 132.0, "USD/kW-month", "deals-2026", "published"),
            UsedInput("site_capex_usd_per_mw", 9_050_000.0, "USD/MW", "deals-2026", "published"),
        ]
    if "GPU rental" in recipe.revenue:
        used += [
            UsedInput("accelerator", "H100 SXM", "text", "site file", "given"),
            UsedInput("accelerator_usd", 30_500.0, "USD", "deals-2026", "estimate"),
            UsedInput("utilisation", 0.82, "share", "deals-2026", "estimate"),
        ]
    return tuple(used)


def _zero_line(best: float) -> BuildVerdict:
    zero = Spread(0.0, 0.0, 0.0, 0.0)
    quarters, flat = tuple(range(0, MONTHS + 1, 3)), (0.0,) * (MONTHS // 3 + 1)
    return BuildVerdict(
        name="do nothing", parts=("the land is kept; nothing is spent or earned",), grid_mw=0.0, months_to_revenue=0, capital_need_usd=zero,
        capital_gap_usd=0.0, npv_usd=zero, irr=NONE, irr_defined_share=0.0, payback_months=NONE, discounted_payback_months=NONE, paid_back_share=0.0,
        roi=NONE, loss_probability=0.0, cvar_npv_usd=0.0, best_share=best, npv_usd_per_mw=None, npv_usd_per_usd=None, npv_usd_per_month_waited=None,
        uptime=None, energy_usd_per_mwh=None, bitcoin=zero, lines_by_year_usd={},
        cumulative_usd={"month": quarters, "p10": flat, "p50": flat, "p90": flat, "mean": flat},
        payback_histogram={"year": tuple(range(1, 11)), "share": (0.0,) * 10}, strike_usd_per_mwh=NONE, inputs=(),
    )  # fmt: skip


def _winner(npv: dict[str, FloatArray]) -> Winner:
    first, second = sorted(npv, key=lambda name: -float(npv[name].mean()))[:2]
    margin = npv[first] - npv[second]
    return Winner(first, second, float((margin > 0).mean()), _spread(margin))


def _win_map(names: tuple[str, ...]) -> WinMap:
    scale = np.geomspace(0.25, 4.0, 33)
    mine, host, gpu = 53e6 + 87e6 * (scale - 1.0), np.full(33, 132e6), 132e6 + 2_700e6 * (scale - 1.153)
    both = 48e6 + 52e6 * (scale - 1.0)
    values = np.stack([np.broadcast_to(v, (33, 33)) for v in (mine[None, :], host[None, :], gpu[:, None], both[None, :], np.zeros((1, 33)))])
    order = np.sort(values, axis=0)
    winner = tuple(tuple(names[k] for k in row) for row in values.argmax(axis=0))
    return WinMap(tuple(95_400.0 * scale), tuple(2.35 * scale), "H100 SXM", winner, tuple(tuple(row) for row in (order[-1] - order[-2]).tolist()))


def _hours(strike: Spread) -> HoursPicture:
    share = np.linspace(0.0, 1.0, 201)
    cost = 33.0 + 22.0 * (0.5 - share) + 5_000.0 * np.exp(-share / 0.006) + 60.0 * np.exp(-share / 0.03) - 45.0 * np.exp((share - 1.0) / 0.04)
    hour, month = np.arange(24)[None, :], np.arange(12)[:, None]
    summer = 0.42 * np.exp(-((hour - 18.5) ** 2) / 6.0) * np.exp(-((month - 7.0) ** 2) / 4.0)
    on = 1.0 - summer - 0.12 * np.exp(-((hour - 7.0) ** 2) / 4.0) * (np.abs(month - 5.5) > 4)
    return HoursPicture("Mine bitcoin", strike, tuple(share.tolist()), tuple(cost.tolist()), tuple(tuple(row) for row in on.tolist()))


SOURCES = (
    SourceUsed("bitmain-2026", "Bitmain, Antminer S21 XP data sheet, https://www.example.com/s21-xp?model=xp&v=2.", "factual data", "2026-10"),
    SourceUsed("deals-2026", "Public hosting and accelerator deals, filings 2024-2026", "public filings", "2026-10"),
    SourceUsed("ercot-2024", "ERCOT, Historical real-time load zone prices, LZ_WEST, 2024", "ERCOT terms of use", "2025-01-15"),
    SourceUsed("market-2026", "Snapshot of coin price, difficulty, fees and GPU rental", "CC0", "2026-10-31"),
    SourceUsed("pools-2026", "Published pool fees (FPPS), three largest pools", "factual data", "2026-09"),
    SourceUsed("works-2026", "Estimate of the authors from construction reports", "CC0", "2026-10"),
)

MARKET = (
    MarketValue("btc_usd", 95_400.0, "USD/BTC", "2026-10-31", "market-2026", "measured"),
    MarketValue("difficulty", 1.2407e14, "", "2026-10-31", "market-2026", "measured"),
    MarketValue("network_hashrate_ehs", 888.0, "EH/s", "2026-10-31", "market-2026", "derived"),
    MarketValue("fees_btc_per_block", 0.021, "BTC/block", "2026-10-31", "market-2026", "measured"),
    MarketValue("gpu_rental_multiplier", 1.0, "ratio", "2026-10", "market-2026", "published"),
    MarketValue("level_usd_per_mwh", 33.4, "USD/MWh", "2026-10", "ercot-2024", "estimate"),
)

SITE_INPUTS = (
    UsedInput("power_mw", 100.0, "MW", "site file", "given"),
    UsedInput("capital_usd", CAPITAL_USD, "USD", "site file", "given"),
    UsedInput("discount_rate", RATE, "1/year", "site file", "given"),
    UsedInput("inflation", 0.025, "1/year", "site file", "default"),
    UsedInput("delivery_usd_per_mwh", 6.5, "USD/MWh", "site file", "given"),
    UsedInput("demand_charge_usd_per_kw_month", 4.0, "USD/kW-month", "site file", "given"),
)

WORLD_INPUTS = (
    UsedInput("annual_volatility", 0.48, "1/sqrt(year)", "market-2026", "measured"),
    UsedInput("half_life_months", 18.0, "month", "works-2026", "estimate"),
)

FLIPS = (
    Flip("bitcoin price", "USD/BTC", 95_400.0, 181_900.0, 23_850.0, 381_600.0, "Host AI tenants", "Mine bitcoin"),
    Flip("power price", "USD/MWh", 33.4, None, 8.35, 133.6, "Host AI tenants", None),
    Flip("GPU rental", "USD/GPU-h (H100 SXM)", 2.35, 2.71, 0.5875, 9.4, "Host AI tenants", "Own and rent GPUs"),
)

NOTES = (
    "ercot-west-2024: 168 hours from 2024-10-05 have no price; they are left out, not filled.",
    "ercot-west-2024: 512 hours have a negative price; 2 clock hours are repeated and 2 missing at daylight-saving changes.",
    "The site's capital is compared with the median need of each build; cost overruns are inside the spread.",
)


def example(paths: int = 400, **changes: Any) -> Verdict:
    """A complete verdict; `changes` replace its attributes. With one path it is a median forecast."""
    coin, lease, gpu = np.random.default_rng(7).normal(size=(3, paths, MONTHS)).cumsum(axis=2) / np.sqrt(60.0) * (paths > 1)
    markets = (coin, lease, gpu, 0.8 * coin + 0.6 * lease)
    lines = {recipe.name: _lines(recipe, market) for recipe, market in zip(RECIPES, markets, strict=True)}
    net = {name: np.sum(list(by_cause.values()), axis=0) for name, by_cause in lines.items()}
    discount = (1.0 + RATE) ** (-np.arange(MONTHS + 1) / 12)
    npv = {name: flows @ discount for name, flows in net.items()} | {"do nothing": np.zeros(max(paths, 1))}
    best = np.bincount(np.argmax(np.stack(list(npv.values())), axis=0), minlength=5) / paths
    builds = [_build(recipe, net[recipe.name], lines[recipe.name], npv[recipe.name], float(best[i])) for i, recipe in enumerate(RECIPES)]
    builds.append(_zero_line(float(best[-1])))
    verdict = Verdict(
        site="West Texas 100 MW", version="0.1.0", forecast="median" if paths == 1 else "random", start="2026-12", power_mw=100.0,
        capital_usd=CAPITAL_USD, horizon_months=MONTHS, paths=paths, seed=1, discount_rate=RATE, builds=tuple(builds), winner=_winner(npv),
        winner_within_capital=_winner({b.name: npv[b.name] for b in builds if b.capital_gap_usd == 0.0}), flips=FLIPS,
        win_map=_win_map(tuple(npv)), hours=_hours(builds[0].strike_usd_per_mwh), market=MARKET,
        inputs=SITE_INPUTS, world_inputs=WORLD_INPUTS, notes=NOTES, sources=SOURCES,
    )  # fmt: skip
    return replace(verdict, **changes)


def renamed(verdict: Verdict, names: tuple[str, ...]) -> Verdict:
    """The same verdict with other names for its builds, the zero line's last."""
    new = dict(zip((build.name for build in verdict.builds), names, strict=True))

    def of(winner: Winner) -> Winner:
        return replace(winner, name=new[winner.name], runner_up=new[winner.runner_up])

    assert verdict.winner_within_capital is not None and verdict.hours is not None  # noqa: PT018 - told to the reader once
    return replace(
        verdict,
        builds=tuple(replace(build, name=new[build.name]) for build in verdict.builds),
        winner=of(verdict.winner),
        winner_within_capital=of(verdict.winner_within_capital),
        flips=tuple(replace(flip, winner=new[flip.winner], then=None if flip.then is None else new[flip.then]) for flip in verdict.flips),
        win_map=replace(verdict.win_map, winner=tuple(tuple(new[name] for name in row) for row in verdict.win_map.winner)),
        hours=replace(verdict.hours, build=new[verdict.hours.build]),
    )


def beyond_reach(verdict: Verdict) -> Verdict:
    """The same verdict for a site with so little capital that no build fits, and no build that earns its cost of capital."""
    npv, won = Spread(-5e6, -9e6, -5e6, -1e6), Winner("do nothing", "Mine bitcoin", 0.9, Spread(5e6, 1e6, 5e6, 9e6))
    poor = (replace(b, capital_gap_usd=(b.capital_need_usd.p50 or 0.0) - 1e6, npv_usd=npv) for b in verdict.builds[:-1])
    alone = Winner("do nothing", "do nothing", 1.0, Spread(0.0, 0.0, 0.0, 0.0))
    return replace(verdict, capital_usd=1e6, builds=(*poor, verdict.builds[-1]), winner=won, winner_within_capital=alone)


def _owners(build: BuildVerdict, debt: bool) -> Financed:
    """What tax and debt leave of a build: half its value, on 40 % of its capital, with made-up but plausible ratios."""

    def scaled(one: Spread, by: float) -> Spread:
        return Spread(*(None if value is None else value * by for value in (one.mean, one.p10, one.p50, one.p90)))

    years, none = range(10), Spread(None, None, None, None)
    lines = {"income tax": tuple(-1e6 * year for year in years)} | ({"loan drawn": (5e7, *(0.0,) * 9)} if debt else {})
    return Financed(
        npv_usd=scaled(build.npv_usd, 0.5), irr=scaled(build.irr, 0.8), irr_real=scaled(build.irr, 0.6), mirr=scaled(build.irr, 0.7),
        payback_months=scaled(build.payback_months, 1.2), equity_multiple=Spread(1.6, 0.8, 1.5, 2.4),
        capital_need_usd=scaled(build.capital_need_usd, 0.4), irr_defined_share=0.9, irr_none_share=0.08, irr_several_share=0.02,
        paid_back_share=0.7, loss_probability=0.33, cvar_npv_usd=build.cvar_npv_usd,
        after_tax_npv_usd=scaled(build.npv_usd, 0.6), after_tax_irr=scaled(build.irr, 0.75),
        income_tax_usd=Spread(4.5e7, 1e7, 4e7, 9e7), losses_carried_usd=Spread(1e6, 0.0, 0.0, 2e6),
        loan_usd=Spread(5e7, 4e7, 5e7, 6e7) if debt else Spread(0.0, 0.0, 0.0, 0.0), dscr_min=Spread(1.2, 0.7, 1.31, 2.0) if debt else none,
        dscr_mean=Spread(1.8, 1.1, 1.75, 2.6) if debt else none, llcr=Spread(1.9, 1.2, 1.85, 2.8) if debt else none,
        dscr_below_one_share=0.21 if debt else None, loan_cut_by_dscr=True if debt else None, npv_usd_per_mw=1.0, npv_usd_per_usd=0.1,
        npv_usd_per_month_waited=1.0, lines_by_year_usd=lines, cumulative_usd=build.cumulative_usd,
    )  # fmt: skip


def after(verdict: Verdict, *what: str) -> Verdict:
    """The same verdict after tax, debt or both."""
    builds = (*(replace(build, financed=_owners(build, "debt" in what)) for build in verdict.builds[:-1]), verdict.builds[-1])
    return replace(verdict, builds=builds, ranked_by=f"NPV after {' and '.join(what)}", equity_discount_rate=0.12)


@pytest.fixture(scope="session")
def owners_verdict() -> Verdict:
    return after(example(), "tax", "debt")


@pytest.fixture(scope="session")
def taxed_verdict() -> Verdict:
    return after(example(), "tax")


@pytest.fixture
def rename() -> Callable[[Verdict, tuple[str, ...]], Verdict]:
    return renamed


@pytest.fixture(scope="session")
def poor_verdict() -> Verdict:
    return beyond_reach(example())


@pytest.fixture
def make_verdict() -> Callable[..., Verdict]:
    return example


@pytest.fixture(scope="session")
def verdict() -> Verdict:
    return example()


@pytest.fixture(scope="session")
def median_verdict() -> Verdict:
    return example(paths=1)


VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """Tags with their attributes, text by element, and whether every element is closed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.text, self.scripts, self.styles = [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        into = {"script": self.scripts, "style": self.styles}.get(self.open[-1] if self.open else "", self.text)
        into.append(data)

    def values(self, attribute):
        return [attrs[attribute] for _, attrs in self.tags if attribute in attrs]


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], Page]:
    return Page


@pytest.fixture(scope="session")
def mine_answer() -> MineAnswer:
    """An Antminer S21 XP at 45 USD/MWh on 300 futures, under the shipped market."""
    snapshot = market_snapshot(Market())
    case = case_of_machine("antminer-s21-xp", snapshot, power_price_usd_per_kwh=0.045)
    ahead = forecast(case, "Antminer S21 XP", paths=300)
    return MineAnswer(case, static_result(case), ahead, league(snapshot, sort="breakeven", power_price_usd_per_kwh=0.045), "antminer-s21-xp")
