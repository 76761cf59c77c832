"""What stands beside the returns on the page: levelised costs, the same money in coins, and what the treasury keeps."""

from wattmint.report.digits import price, rate, share, usd
from wattmint.report.sentences import is_single
from wattmint.report.tables import Table
from wattmint.report.verdict.metrics import NOT_HERE, middle
from wattmint.risk.verdict import BuildVerdict, Verdict


def levelised_table(verdict: Verdict) -> Table:
    """Return what a unit of each output costs, per build.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    Table
        Rows by unit; a dash where a build makes none of it.
    """
    builds, single = verdict.builds[:-1], is_single(verdict)
    units = list(dict.fromkeys(each.unit for build in builds for each in build.levelised))
    units.sort(key=lambda unit: sum(each.unit == unit for build in builds for each in build.levelised))
    what = "Levelised cost" if single else "Levelised cost, median (P10 to P90) over futures"
    rows = tuple((f"USD per {unit}", *(_levelised(build, unit) for build in builds)) for unit in units)
    caption = f"{what}: what a unit must fetch for its cost to come back at {100 * verdict.discount_rate:g}% per year, before tax and debt"
    return Table(caption, ("Unit", *(build.name for build in builds)), rows)


def coin_table(verdict: Verdict) -> Table:
    """Return every build beside its capital spent on coins on the day of decision and kept to the end.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    Table
        A column per build.
    """
    pairs = [(build, build.coin_instead) for build in verdict.builds if build.coin_instead is not None]
    rows = [
        ("Capital, and the coins it buys", *(f"{usd(coin.capital_usd)} ({coin.coins:,.0f} BTC)" for _, coin in pairs)),
        ("NPV of the coins", *(middle(coin.npv_usd, usd) for _, coin in pairs)),
        ("NPV of the build, before tax and debt", *(middle(build.npv_usd, usd) for build, _ in pairs)),
        ("IRR of the coins", *(middle(coin.irr, rate) for _, coin in pairs)),
        ("IRR of the build, before tax and debt", *(middle(build.irr, rate) for build, _ in pairs)),
    ]
    if not is_single(verdict):
        rows.append(("NPV of the coins, mean", *(usd(coin.npv_usd.mean) for _, coin in pairs)))
        rows.append(("NPV of the build, mean", *(usd(build.npv_usd.mean) for build, _ in pairs)))
        rows.append(("Chance of loss, coins", *(share(coin.loss_probability) for _, coin in pairs)))
        rows.append(("Chance of loss, build", *(share(build.loss_probability) for build, _ in pairs)))
        rows.append(("The build is ahead in", *(f"{share(coin.build_ahead_share)} of futures" for _, coin in pairs)))
    caption = "One future" if is_single(verdict) else "Median (P10 to P90) over futures"
    return Table(caption, ("Measure", *(build.name for build, _ in pairs)), tuple(rows))


def treasury_sentence(verdict: Verdict) -> str:
    """Return what the treasuries still hold when the horizon ends; empty without a treasury."""
    kept = [(build, build.bitcoin_kept) for build in verdict.builds[:-1] if build.bitcoin_kept is not None and build.bitcoin.mean]
    said = [f"{build.name}: {_coins(spread.p50)} of {_coins(build.bitcoin.p50)} BTC" for build, spread in kept]
    return f"Coins that the treasury still holds when the horizon ends, and sells then, in the median: {'; '.join(said)}." if said else ""


def _coins(value: float | None) -> str:
    return f"{value:,.0f}" if value is not None else NOT_HERE


def _levelised(build: BuildVerdict, unit: str) -> str:
    for each in build.levelised:
        if each.unit == unit:
            return middle(each.usd_per_unit, price)
    return NOT_HERE
