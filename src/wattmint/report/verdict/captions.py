"""What each picture shows, in a sentence with numbers: for those who do not see it and for those in a hurry."""

import math

from wattmint.report.digits import duration, month_name, price, share, usd
from wattmint.report.figures import never_paid_back
from wattmint.report.sentences import after_words
from wattmint.report.verdict.maps import MONTH_NAMES, running_share, today_on
from wattmint.risk.verdict import BuildVerdict, HoursPicture, Verdict


def cash_words(build: BuildVerdict, single: bool) -> str:
    """Return where the cumulative cash of `build` is lowest, when it is positive for good and where it ends.

    Parameters
    ----------
    build : BuildVerdict
        Whose.
    single : bool
        One path only: no band at the end.

    Returns
    -------
    str
        One sentence.
    """
    months, median = build.cumulative_usd["month"], build.cumulative_usd["p50"]
    lowest = min(range(len(median)), key=lambda i: median[i])
    back = next((i for i in range(lowest, len(median)) if min(median[i:]) >= 0.0), None)
    positive = "never back to zero" if back is None else f"back above zero after {duration(months[back])}"
    if build.npv_usd.p10 is None or not any(median):
        return "No money moves."
    band = "" if single else f" (P10 {usd(build.cumulative_usd['p10'][-1])}, P90 {usd(build.cumulative_usd['p90'][-1])})"
    start = "at the start" if lowest == 0 else f"after {duration(months[lowest])}"
    return f"Lowest at {usd(median[lowest])} {start}, {positive}, {usd(median[-1])}{band} at the end."


def payback_words(verdict: Verdict) -> str:
    """Return, per build, the likeliest year of payback and how often it never comes."""
    parts = []
    for build in verdict.builds[:-1]:
        years, shares = build.payback_histogram["year"], build.payback_histogram["share"]
        never = never_paid_back(build)
        rest = f"never in {share(never)}" if never > 0.0 else "and always within the horizon"
        if not any(shares):
            parts.append(f"{build.name}: never pays back")
            continue
        top = max(range(len(shares)), key=lambda i: shares[i])
        parts.append(f"{build.name}: most often in year {years[top]:g} ({share(shares[top])} of futures), {rest}")
    return "; ".join(parts) + "."


def causes_words(build: BuildVerdict, single: bool) -> str:
    """Return the largest source and the largest use of money over the horizon, and what is left."""
    totals = {name: sum(values) for name, values in build.lines_by_year_usd.items()}
    if not any(totals.values()):
        return "No money moves."
    most, least = max(totals, key=lambda name: totals[name]), min(totals, key=lambda name: totals[name])
    mean = "" if single else ", mean of all futures"
    income, cost, left = usd(totals[most]), usd(totals[least]), usd(sum(totals.values()))
    return f"Over the horizon the largest income is {most} ({income}), the largest cost {least} ({cost}); {left} is left{mean}."


def duration_words(hours: HoursPicture, single: bool) -> str:
    """Return what an IT megawatt-hour is worth and in what share of the hours that pays."""
    strike = hours.strike_usd_per_mwh
    if strike.p50 is None:
        return "The load never comes into service within the horizon."
    band = "" if single else f" (P10 {price(strike.p10, 'USD/MWh')}, P90 {price(strike.p90, 'USD/MWh')})"
    dearest = price(max(hours.cost_usd_per_mwh), "USD/MWh")
    runs = running_share(hours)
    return (
        f"In its first full year a MWh of IT load earns up to {price(strike.p50, 'USD/MWh')}{band}, which pays in {share(runs)} of the hours;"
        f" in the other {share(1.0 - runs)} the load stands still. The dearest hour costs {dearest}."
    )


def heat_words(hours: HoursPicture) -> str:
    """Return when the load runs least."""
    cells = [(value, month, hour) for month, row in enumerate(hours.on_share) for hour, value in enumerate(row) if math.isfinite(value)]
    if not cells:
        return "The history holds no hours."
    low, month, hour = min(cells)
    if low == max(cells)[0]:
        return f"It runs in {share(low)} of the hours of every month and every time of day."
    full = sum(value >= 0.995 for value, _, _ in cells) / len(cells)
    return f"It runs least in {MONTH_NAMES[month]} from {hour}:00 ({share(low)} of those hours) and without a stop in {share(full)} of the map."


def map_words(verdict: Verdict) -> str:
    """Return which build holds how much of the map, and who leads today."""
    cells = [name for row in verdict.win_map.winner for name in row]
    held = sorted(((cells.count(name) / len(cells), name) for name in set(cells)), key=lambda item: (-item[0], item[1]))
    parts = ", ".join(f"{name} {share(part)}" for part, name in held)
    today = today_on(verdict)
    where = "" if today is None else f" Today: bitcoin at {price(today[0])}, GPU rental at {price(today[1], 'USD/GPU-h')}."
    return f"Shares of the map: {parts}.{where}"


def financing_lines(verdict: Verdict) -> list[str]:
    """Return how tax and debt were added, for the list of methods; empty without them."""
    lines = []
    if "tax" in after_words(verdict):
        lines.append("Tax: calendar years, depreciation by class and year of service, losses and interest within their limits, all sold at the end.")
    if "debt" in after_words(verdict):
        lines.append("Debt: agreed once, on a bad year's cash where a cover ratio is asked for; where cash falls short, the owner pays.")
    return lines


def method_lines(verdict: Verdict) -> list[str]:
    """Return how the answer was made, in about ten lines.

    Parameters
    ----------
    verdict : Verdict
        Its number of paths, seed, horizon and discount rate are named.

    Returns
    -------
    list of str
        One statement each.
    """
    single, start = verdict.forecast == "median", month_name(verdict.start)
    drawn = f"{verdict.paths:,} futures were drawn with seed {verdict.seed}; all builds live through the same ones, so luck does not set them apart."
    return [
        f"Each build is followed month by month for {verdict.horizon_months} months from {start}, in nominal US dollars, pre-tax, unlevered.",
        *financing_lines(verdict),
        "One deterministic forecast was followed: every market stays on its median course." if single else drawn,
        "Coin price, network hashrate, fees, GPU rental, token prices and power level move together by month, starting from the market snapshot.",
        "Each month draws one historical month of hourly prices and weather and keeps it whole, so that freezes and heat waves stay intact.",
        "Mining earns hashrate x time / expected hashes per block x (subsidy + fees), less the pool's fee; halvings follow the block height.",
        "Interruptible load runs in exactly the hours that cost less than they earn: price and delivery, times hourly PUE. Firm load always runs.",
        "Hosting earns the lease less downtime credits and vacancies; rented GPUs earn the rental of their age times utilisation.",
        "Works, machines and replacements are paid when due; capital need is the deepest point of cumulative cash; salvage counts at the end.",
        f"NPV discounts each month's net at {100 * verdict.discount_rate:g}% per year to the decision. An IRR is given only where it is unique.",
        f"The best build has the highest mean {verdict.ranked_by}. One market at a time is scaled to see what changes it; the map adds two.",
    ]
