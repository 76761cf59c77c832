"""Tax and debt on the page: every build before and after them, and the lines they add by year."""

from collections.abc import Callable

from wattmint.report.digits import duration, musd, rate, share, times, usd
from wattmint.report.sentences import after_words, is_single
from wattmint.report.tables import Table
from wattmint.report.verdict.metrics import middle
from wattmint.risk.financed import Financed
from wattmint.risk.verdict import BuildVerdict, Verdict

Measure = tuple[str, Callable[[BuildVerdict, Financed], str]]


def financing_table(verdict: Verdict) -> Table | None:
    """Return all builds before and after tax and debt, one row per measure.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    Table or None
        None without tax and debt. Debt's rows stand only where there is debt, bands only where there are several futures.
    """
    after, single = after_words(verdict), is_single(verdict)
    builds = [build for build in verdict.builds if build.financed is not None]
    if not after:
        return None
    pairs = [(build, build.financed) for build in builds if build.financed is not None]
    kept = [(label, *(cell(build, owner) for build, owner in pairs)) for label, cell in _measures(after, single)]
    what = "One future" if single else "Median with P10 and P90, means where named"
    caption = f"{what}; the owner's money at {100 * (verdict.equity_discount_rate or 0.0):g}% per year"
    return Table(caption, ("Measure", *(build.name for build in builds)), tuple(kept))


def financing_lines_table(build: BuildVerdict) -> Table | None:
    """Return the lines that tax and debt add to a build, by year of the horizon, and their sum; None where there are none."""
    if build.financed is None or not build.financed.lines_by_year_usd:
        return None
    lines = build.financed.lines_by_year_usd
    years = max(len(values) for values in lines.values())
    rows = [(name, *(musd(value) for value in values), musd(sum(values))) for name, values in lines.items()]
    net = [sum(values[i] for values in lines.values()) for i in range(years)]
    rows.append(("together", *(musd(value) for value in net), musd(sum(net))))
    caption = f"{build.name}: what tax and debt add to the cash flow, USD M; the mean where there are several futures"
    return Table(caption, ("Line", *(str(i + 1) for i in range(years)), "Total"), tuple(rows))


def _measures(after: str, single: bool) -> list[Measure]:
    def spread(name: str, text: Callable[[float | None], str]) -> Callable[[BuildVerdict, Financed], str]:
        return lambda _, owner: middle(getattr(owner, name), text)

    rows: list[Measure] = [
        ("NPV before tax and debt, mean", lambda build, _: usd(build.npv_usd.mean)),
        ("NPV after tax, without debt, mean", lambda _, owner: usd(owner.after_tax_npv_usd.mean)),
        (f"NPV {after}, mean", lambda _, owner: usd(owner.npv_usd.mean)),
        (f"NPV {after}", spread("npv_usd", usd)),
        ("IRR per year before tax and debt", lambda build, _: middle(build.irr, rate)),
        ("IRR after tax, without debt", spread("after_tax_irr", rate)),
        (f"IRR {after}", spread("irr", rate)),
        (f"IRR {after}, without inflation", spread("irr_real", rate)),
        (f"MIRR {after}", spread("mirr", rate)),
        (f"Payback {after}", spread("payback_months", duration)),
        ("Given back per dollar put in (multiple)", spread("equity_multiple", times)),
        ("Capital need of the owner", spread("capital_need_usd", usd)),
    ]
    if not single:
        rows.append((f"Chance of loss {after}", lambda _, owner: share(owner.loss_probability)))
        rows.append((f"Futures with exactly one IRR {after}", lambda _, owner: share(owner.irr_defined_share)))
        left_out = "Futures without an IRR, and with several"
        rows.append((f"{left_out}, {after}", lambda _, owner: f"{share(owner.irr_none_share)}, {share(owner.irr_several_share)}"))
    if "tax" in after:
        rows += [("Income tax paid over the horizon", spread("income_tax_usd", usd)), ("Losses never used", spread("losses_carried_usd", usd))]
    if "debt" in after:
        rows += [
            ("Loans drawn", spread("loan_usd", usd)),
            ("Limited by", lambda _, owner: "cover of the lender's case" if owner.loan_cut_by_dscr else "share of cost"),
            ("Debt service cover (DSCR), worst year", spread("dscr_min", times)),
            ("Debt service cover (DSCR), mean", spread("dscr_mean", times)),
            ("Loan life cover (LLCR)", spread("llcr", times)),
        ]
        if not single:
            rows.append(("Some year's DSCR below 1 in", lambda _, owner: share(owner.dscr_below_one_share or 0.0)))
    unneeded = {("NPV after tax, without debt, mean"), ("IRR after tax, without debt")} if "debt" not in after or "tax" not in after else set()
    return [row for row in rows if row[0] not in unneeded]
