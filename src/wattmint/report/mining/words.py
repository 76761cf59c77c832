"""The mining calculator's answer in sentences and tables of text: the page and the terminal say the same."""

from dataclasses import dataclass
from typing import Final

from wattmint.calculators.mining.forecast import Bands, MiningForecast
from wattmint.calculators.mining.hashprice import HashpriceHistory
from wattmint.calculators.mining.league import LeagueRow
from wattmint.calculators.mining.static import MiningCase, MiningResult
from wattmint.report.digits import NOT_DEFINED, duration, month_name, price, quantity, rate, share, usd
from wattmint.report.tables import Table
from wattmint.units import DAYS_PER_YEAR, KWH_PER_MWH, MONTHS_PER_YEAR

UNKNOWN_PRICE: Final = "unknown"
LEAGUE_HEAD: Final = ("Machine", "J/TH", "USD per TH/s", "Break-even power price", "Profit per day", "Payback today")


@dataclass(frozen=True, slots=True)
class MineAnswer:
    """All that the page of one machine is made of.

    Attributes
    ----------
    case : MiningCase
        Machine, contract, market.
    result : MiningResult
        Today.
    ahead : MiningForecast
        Many futures.
    league : tuple of LeagueRow
        All machines under the same contract, the best first.
    machine_id : str or None
        Row of the facts table `machines`; None for a machine of no table.
    """

    case: MiningCase
    result: MiningResult
    ahead: MiningForecast
    league: tuple[LeagueRow, ...] = ()
    machine_id: str | None = None


def is_single(ahead: MiningForecast) -> bool:
    """Return whether there is one future only, so that bands and probabilities mean nothing."""
    return ahead.paths == 1


def headline(case: MiningCase, result: MiningResult, ahead: MiningForecast) -> str:
    """Return the answer in one line.

    Parameters
    ----------
    case, result, ahead
        As in `MineAnswer`.

    Returns
    -------
    str
        Whether the machine pays for its power today, and when it pays back.
    """
    if result.profit_usd_per_day <= 0.0:
        return f"{ahead.machine} does not pay for its power today"
    if case.capex_usd is None:
        return f"{ahead.machine} earns {price(ahead.static.profit_usd_per_machine_day, 'USD/day')} after power today"
    middle = ahead.payback_months.p50
    if middle is None:
        return f"{ahead.machine} does not pay back within {duration(ahead.months)}" + ("" if is_single(ahead) else " in most futures")
    return f"{ahead.machine} pays back in {duration(middle)}" + ("" if is_single(ahead) else " in the middle future")


def asked(case: MiningCase, ahead: MiningForecast) -> str:
    """Return what was asked, in one line."""
    single = "one median forecast" if ahead.course == "median" else "one simulated future"
    futures = single if is_single(ahead) else f"{ahead.paths:,} simulated futures"
    machines = f"{case.count:,.0f} machine{'' if case.count == 1 else 's'} of {quantity(case.hashrate_ths)} TH/s and {quantity(case.power_w)} W"
    bought = "price unknown" if case.capex_usd is None else f"{price(case.capex_usd, 'USD')} to buy"
    power = f"power at {power_price(case.power_price_usd_per_kwh)}"
    return f"{machines}, {bought}, {power}, {duration(ahead.months)} from {month_name(ahead.start)}, {futures}"


def power_price(usd_per_kwh: float) -> str:
    """Return a price of energy, e.g. ``$45/MWh``."""
    return price(usd_per_kwh * KWH_PER_MWH, "USD/MWh")


def paragraphs(case: MiningCase, ahead: MiningForecast) -> list[tuple[str, list[str]]]:
    """Return the answer in sentences, most important first, with a heading for each group.

    Parameters
    ----------
    case, ahead
        As in `MineAnswer`.

    Returns
    -------
    list of tuple of str and list of str
        Plain ASCII but for the machine's name.
    """
    caveat = ["This is one future and says nothing about risk; many futures give bands and probabilities."] if is_single(ahead) else []
    groups = [
        ("Promised and expected", [*_payback(case, ahead), _lifetime(case, ahead)]),
        ("Growing old", [_breakeven(ahead), _overtaken(ahead), _scrap(ahead), *_halving(ahead), *_resale(case, ahead)]),
        ("If bitcoin died tomorrow", _dead(ahead)),
        ("How to read it", caveat),
    ]
    return [(heading, sentences) for heading, sentences in groups if sentences]


def today_table(case: MiningCase, result: MiningResult) -> Table:
    """Return what a day like today earns."""
    payback = NOT_DEFINED if result.payback_days is None else duration(result.payback_days * MONTHS_PER_YEAR / DAYS_PER_YEAR)
    rows = (
        ("Bitcoin per day", f"{result.btc_per_day:.8f}"),
        ("Revenue per day", price(result.revenue_usd_per_day, "USD")),
        ("Power cost per day", price(result.power_cost_usd_per_day, "USD")),
        ("Profit per day", price(result.profit_usd_per_day, "USD")),
        ("Hashprice, before pool fee and uptime", price(result.hashprice_usd_per_ph_day, "USD/PH/day")),
        ("Break-even power price", f"{power_price(result.breakeven_power_usd_per_kwh)} ({100.0 * result.breakeven_power_usd_per_kwh:.2f} c/kWh)"),
        ("Break-even coin price", price(result.breakeven_btc_usd, "USD")),
        ("Power cost of one bitcoin", price(result.cost_per_btc_usd, "USD")),
        ("Capital", UNKNOWN_PRICE if case.capex_usd is None else price(case.capex_usd, "USD")),
        ("Payback if nothing ever changed", payback),
    )
    return Table("All machines together, on a day like the snapshot's", ("Measure", "Today"), rows)


def years_table(ahead: MiningForecast) -> Table:
    """Return the forecast at the end of each year, and of the horizon: the median, with P10 and P90."""
    at = sorted({*range(MONTHS_PER_YEAR, ahead.months + 1, MONTHS_PER_YEAR), ahead.months})
    head = (
        "Month", "Hashprice, $/PH/day", "Profit, $/machine/day", "Runs", "Break-even, $/MWh", "Marginal machine's", "Installed frontier's",
        "Cash so far, $", "Scrap",
    )  # fmt: skip
    rows = [
        (
            str(month), _band(ahead.hashprice_usd_per_ph_day, month - 1), _band(ahead.profit_usd_per_machine_day, month - 1, decimals=2),
            share(ahead.running_share[month - 1]), _band(ahead.breakeven_power_usd_per_kwh, month - 1, KWH_PER_MWH, 0),
            _band(ahead.marginal_breakeven_usd_per_kwh, month - 1, KWH_PER_MWH, 0),
            _band(ahead.reference_breakeven_usd_per_kwh, month - 1, KWH_PER_MWH, 0), _band(ahead.cumulative_usd, month, decimals=0),
            share(ahead.scrap_share[month]),
        )
        for month in at
    ]  # fmt: skip
    return Table("The forecast" if is_single(ahead) else "The middle future (P10 to P90)", head, tuple(rows))


def payback_table(ahead: MiningForecast) -> Table:
    """Return the share of futures that have paid back after each half year."""
    step = MONTHS_PER_YEAR // 2
    rows = tuple((str(month), share(ahead.payback_share[month])) for month in range(step, ahead.months + 1, step)) if ahead.payback_share else ()
    return Table("Share of futures in which the capital is back", ("After months", "Share"), rows)


def history_table(past: HashpriceHistory) -> Table:
    """Return the hashprice of each June and December since the table's first month."""
    keep = [i for i, month in enumerate(past.month) if month[-2:] in ("06", "12")]
    rows = tuple((past.month[i], price(float(past.usd_per_ph_day[i])), price(float(past.subsidy_usd_per_ph_day[i]))) for i in keep)
    return Table("Hashprice, USD/PH/day", ("Month", "Subsidy and fees", "Subsidy alone"), rows)


def captions(answer: MineAnswer, past: HashpriceHistory) -> dict[str, str]:
    """Return what each chart shows, in a sentence with numbers, by the chart's name.

    Parameters
    ----------
    answer : MineAnswer
        Any.
    past : HashpriceHistory
        What is drawn of it.

    Returns
    -------
    dict of str to str
        For those who do not see the charts and for those in a hurry.
    """
    case, result, ahead = answer.case, answer.result, answer.ahead
    even, own = power_price(result.breakeven_power_usd_per_kwh), power_price(case.power_price_usd_per_kwh)
    leader = answer.league[0] if answer.league else None
    last, first = ahead.hashprice_usd_per_ph_day, price(float(past.subsidy_usd_per_ph_day[0]))
    bands = "" if is_single(ahead) else f" in the middle (P10 {price(last.p10[-1])}, P90 {price(last.p90[-1])})"
    band = "" if is_single(ahead) else "; the band is what a MWh may earn in the forecast's last month, P10 to P90"
    return {
        "power": f"The machine earns its power up to {even}; power at {own} is assumed here{band}.",
        "league": "" if leader is None else f"{leader.name} can pay most, {power_price(leader.breakeven_power_usd_per_kwh)}; the line is {own}.",
        "hashprice": f"From {first} in {past.month[0]} to {price(result.hashprice_usd_per_ph_day)} today;"
        f" after {duration(ahead.months)} {price(last.p50[-1])}{bands}, in USD per PH/s and day.",
        "old": _breakeven(ahead),
        "running": _scrap(ahead),
        "cash": _lifetime(case, ahead),
        "payback": " ".join(_payback(case, ahead)),
    }


def method_lines(ahead: MiningForecast) -> list[str]:
    """Return how the answer was made, one statement each."""
    drawn = f"{ahead.paths:,} futures were drawn with seed {ahead.seed}; the same seed gives the same numbers."
    return [
        "Coins = hashrate x time / expected hashes per block x (subsidy + fees), less stale work and the pool's fee; uptime scales coins and energy.",
        "One deterministic forecast was followed: every market stays on its median course." if ahead.course == "median" else drawn,
        "Coin price, network hashrate, difficulty and fees move by month from the market below; hashrate answers profitability and may fall.",
        "Halvings follow each future's own block height. Power price and contract stay as they are.",
        "A machine is switched off in months whose revenue is below its power cost; coins are sold in the month in which they are mined.",
        "Machines break down more often as they age, are repaired while a used one costs more than the repair, and are not replaced.",
        "What they would fetch is told and not counted. Before tax, in nominal USD.",
        "The network is a base of machines by age; a tier runs as far as the price of power of its owners allows, and the worst stop first.",
        "The installed frontier is the J/TH of the best machines bought about a year and a half ago; it improves month by month on each future.",
        "A machine is scrap from the month after which it never earns again within the horizon.",
    ]


def _band(bands: Bands, i: int, factor: float = 1.0, decimals: int = 1) -> str:
    low, middle, high = (f"{factor * value:,.{decimals}f}" for value in (bands.p10[i], bands.p50[i], bands.p90[i]))
    return middle if low == high else f"{middle} ({low} to {high})"


def _payback(case: MiningCase, ahead: MiningForecast) -> list[str]:
    if case.capex_usd is None:
        return ["No price of the machine is known, so that there is no payback to speak of; give one to see it."]
    static, middle = ahead.static.payback_months, ahead.payback_months.p50
    promise = "At today's numbers it never pays back" if static is None else f"If every day were like today, it would pay back in {duration(static)}"
    if is_single(ahead):
        found = f"not within {duration(ahead.months)}" if middle is None else f"in {duration(middle)}"
        return [f"{promise}; in the forecast, {found}."]
    found = f"the middle one does not within {duration(ahead.months)}" if middle is None else f"the middle one takes {duration(middle)}"
    never = f"in {share(ahead.loss_probability)} the money is not back after {duration(ahead.months)}"
    return [f"{promise}; of {ahead.paths:,} futures {found}, and {never}."]


def _lifetime(case: MiningCase, ahead: MiningForecast) -> str:
    total, less = ahead.lifetime_profit_usd, "" if case.capex_usd is None else ", capital paid"
    static = usd(ahead.static.lifetime_profit_usd)
    if is_single(ahead):
        return f"Over {duration(ahead.months)} it makes {usd(total.p50)}{less}, where today's numbers promise {static}."
    back = "" if ahead.roi.p50 is None else f", a return of {rate(ahead.roi.p50)} on capital"
    band = f"P10 {usd(total.p10)}, P90 {usd(total.p90)}"
    return f"Over {duration(ahead.months)} the middle future makes {usd(total.p50)}{less} ({band}){back}; today's numbers promise {static}."


def _breakeven(ahead: MiningForecast) -> str:
    first, last = (power_price(ahead.breakeven_power_usd_per_kwh.p50[i]) for i in (0, -1))
    theirs = power_price(ahead.reference_breakeven_usd_per_kwh.p50[-1])
    which = "" if is_single(ahead) else " (middle future)"
    ours = f"Power may cost {first} in the first month and {last} in the last before the machine earns nothing{which}"
    marginal = power_price(ahead.marginal_breakeven_usd_per_kwh.p50[-1])
    return f"{ours}; a machine of the network's installed frontier can then pay {theirs}, its marginal machine {marginal}."


def _overtaken(ahead: MiningForecast) -> str:
    first, last = (f"{ahead.marginal_j_per_th.p50[i]:.3g}" for i in (0, -1))
    off = share(1.0 - min(ahead.network_running_share.p10))
    worst = f"; in the worst tenth of futures {off} of the world's machines cannot, in some month" if not is_single(ahead) else ""
    machine = "The network's marginal machine (the worst tier of which at least half can afford its power)"
    margin = f"{machine} has {first} J/TH in the first month and {last} in the last{worst}."
    middle = ahead.overtaken_months.p50
    if middle is None:
        return f"{margin} This machine stays better than that beyond {duration(ahead.months)}."
    return f"{margin} This machine is worse than that from month {middle + 1:.0f} on."


def _scrap(ahead: MiningForecast) -> str:
    if max(ahead.running_share) == 0.0:
        return "At this power price it never earns, in any future." if not is_single(ahead) else "At this power price it never earns."
    if is_single(ahead):
        last = ahead.scrap_months.p50
        return f"It still earns after {duration(ahead.months)}." if last is None else f"It earns its last after {duration(last)}."
    worst, gone, early = min(ahead.running_share), share(ahead.scrap_share[-1]), ahead.scrap_months.p10
    when = "" if early is None else f", in the worst tenth {'from the start' if early == 0.0 else f'from month {early:.0f} on or sooner'}"
    scrap = f"At this power price it is scrap within {duration(ahead.months)} in {gone} of futures{when}"
    if worst == 1.0:
        return f"{scrap}."
    return f"{scrap}; fewest futures, {share(worst)}, let it run in month {ahead.month[ahead.running_share.index(worst)]}."


def _halving(ahead: MiningForecast) -> list[str]:
    if ahead.halving_month is None:
        return []
    return [f"The halving of the subsidy comes in month {ahead.halving_month}."]


def _resale(case: MiningCase, ahead: MiningForecast) -> list[str]:
    if ahead.resale_usd is None or not case.capex_usd:
        return []
    year = min(MONTHS_PER_YEAR, ahead.months)
    early, late = (usd(ahead.resale_usd.p50[month - 1]) for month in (year, ahead.months))
    band = "" if is_single(ahead) else f" (P10 {usd(ahead.resale_usd.p10[-1])}, P90 {usd(ahead.resale_usd.p90[-1])})"
    after = f"after {duration(year)} and {late} after {duration(ahead.months)}" if year < ahead.months else f"after {duration(year)}"
    return [f"Sold by the price index of its efficiency tier it would fetch {early} {after}{band}, which is not counted above."]


def _dead(ahead: MiningForecast) -> list[str]:
    if ahead.scrap_value_usd is None or ahead.lost_if_coin_dies_usd is None:
        return []
    value, lost = usd(ahead.scrap_value_usd), usd(ahead.lost_if_coin_dies_usd)
    return [f"Nothing else can be done with the machine: metal and power supply would fetch {value} (an estimate), {lost} would be lost."]
