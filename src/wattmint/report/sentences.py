"""The verdict in sentences: the page and the terminal say the same ones.

Plain ASCII (build and site names aside), so that they print on any terminal; the page sets them with proper signs.
"""

from collections.abc import Mapping

from wattmint.report.digits import duration, month_later, month_name, price, rate, share, times, usd
from wattmint.risk.measures import Spread
from wattmint.risk.phase import turns
from wattmint.risk.verdict import BEFORE_ALL, BuildVerdict, Flip, Verdict, Winner
from wattmint.units import MONTHS_PER_YEAR


def is_single(verdict: Verdict) -> bool:
    """Return whether the verdict rests on one path only, so that bands and probabilities mean nothing.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    bool
        True for the median forecast and for a run of one path.
    """
    return verdict.forecast == "median" or verdict.paths == 1


def zero_line(verdict: Verdict) -> BuildVerdict:
    """Return the build that does nothing: by the verdict's contract the last one."""
    return verdict.builds[-1]


def build_named(verdict: Verdict, name: str) -> BuildVerdict:
    """Return the build called `name`.

    Raises
    ------
    KeyError
        If the verdict has no such build.
    """
    for build in verdict.builds:
        if build.name == name:
            return build
    raise KeyError(name)


def called(verdict: Verdict, name: str) -> str:
    """Return `name` as it stands in a sentence: the zero line is "doing nothing"."""
    return "doing nothing" if name == zero_line(verdict).name else name


def after_words(verdict: Verdict) -> str:
    """Return ``after tax``, ``after debt`` or ``after tax and debt``; empty where the site file has neither."""
    return "" if verdict.ranked_by == BEFORE_ALL else verdict.ranked_by.removeprefix("NPV ")


def headline(verdict: Verdict) -> str:
    """Return the answer in one line.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    str
        Names the build with the highest mean NPV, or says that none pays.
    """
    if verdict.winner.name == zero_line(verdict).name:
        return "No build of this site pays: doing nothing is best"
    return f"Best build of this site: {verdict.winner.name}"


def facts_line(verdict: Verdict) -> str:
    """Return what was asked, in one line: power, capital, horizon, start, discount rate, futures."""
    capital = "no capital limit" if verdict.capital_usd is None else f"{usd(verdict.capital_usd)} of capital"
    years, rest = divmod(verdict.horizon_months, MONTHS_PER_YEAR)
    horizon = f"{years} years" if rest == 0 and years > 1 else duration(verdict.horizon_months)
    futures = "one simulated future" if is_single(verdict) else f"{verdict.paths:,} simulated futures"
    if verdict.forecast == "median":
        futures = "one median forecast"
    terms = f"{100 * verdict.discount_rate:g}% discount rate"
    if after_words(verdict):
        terms += f", {after_words(verdict)}"
    return f"{verdict.power_mw:,g} MW, {capital}, {horizon} from {month_name(verdict.start)}, {terms}, {futures}"


def summary(verdict: Verdict) -> list[str]:
    """Return the verdict in sentences, most important first.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    list of str
        Which build wins, how surely and by how much, what it costs in capital and time, what wins within the site's
        capital, what the others lack, and what would change the ranking.
    """
    return [sentence for _, sentences in paragraphs(verdict) for sentence in sentences]


def paragraphs(verdict: Verdict) -> list[tuple[str, list[str]]]:
    """Return the sentences of `summary` with a heading for each group.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    list of tuple of str and list of str
        Heading and sentences; groups without a sentence are left out.
    """
    caveat = []
    if verdict.forecast == "median":
        caveat = ["This is a single forecast and says nothing about risk. For bands and probabilities set market.forecast to random."]
    elif is_single(verdict):
        caveat = ["This is one simulated future and says nothing about risk. For bands and probabilities raise study.paths."]
    groups = [
        ("The answer", [_value(verdict), *_lead(verdict), *_capital(verdict)]),
        (after_words(verdict).capitalize(), financing_sentences(verdict)),
        ("What runs when", phase_sentences(verdict)),
        ("With the capital at hand", [*_within(verdict), *_gaps(verdict)]),
        ("What would change it", flip_sentences(verdict)),
        ("How to read it", caveat),
    ]
    return [(heading, sentences) for heading, sentences in groups if sentences]


def flip_sentences(verdict: Verdict) -> list[str]:
    """Return one sentence per driver whose change flips the ranking, and one for those that never do.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    list of str
        Empty when no driver was looked at.
    """
    changing = [_flip(verdict, flip) for flip in verdict.flips if flip.value is not None]
    steady = [f"{f.driver} ({price(f.low, short_unit(f))} to {price(f.high, short_unit(f))})" for f in verdict.flips if f.value is None]
    if steady:
        changing.append(f"No change of the lead within the range looked at for {_listed(steady)}.")
    return changing


def short_unit(flip: Flip) -> str:
    """Return the unit of a driver without the remark in brackets: ``USD/GPU-h (H100 SXM)`` is ``USD/GPU-h``."""
    return flip.unit.partition(" (")[0]


def spread_words(spread: Spread, single: bool) -> str:
    """Return P10 and P90 in brackets, or nothing where there is only one path.

    Parameters
    ----------
    spread : Spread
        USD.
    single : bool
        Whether there is only one path.

    Returns
    -------
    str
        With a leading space, e.g. `` (P10 -$41M, P90 $480M)``.
    """
    if single or spread.p10 is None or spread.p90 is None:
        return ""
    return f" (P10 {usd(spread.p10)}, P90 {usd(spread.p90)})"


def _value(verdict: Verdict) -> str:
    best, single = build_named(verdict, verdict.winner.name), is_single(verdict)
    terms = f"at a {100 * (verdict.equity_discount_rate or verdict.discount_rate):g}% discount rate"
    if after_words(verdict):
        terms += f" {after_words(verdict)}"
    if best is zero_line(verdict):
        second = build_named(verdict, verdict.winner.runner_up)
        mean = "has an NPV" if single else "has a mean NPV"
        closest = f"{mean} of {usd(second.decisive.npv_usd.mean)}{spread_words(second.decisive.npv_usd, single)}"
        return f"No build earns its cost of capital: the closest, {second.name}, {closest} {terms}."
    if single:
        return f"{best.name} earns an NPV of {usd(best.decisive.npv_usd.mean)} {terms}."
    return (
        f"{best.name} earns a mean NPV of {usd(best.decisive.npv_usd.mean)}{spread_words(best.decisive.npv_usd, single)} {terms}"
        f" and loses money in {share(best.decisive.loss_probability)} of {verdict.paths:,} futures."
    )


def _lead(verdict: Verdict) -> list[str]:
    winner = verdict.winner
    if winner.name == zero_line(verdict).name or winner.runner_up == winner.name:
        return []
    best = build_named(verdict, winner.name)
    if is_single(verdict):
        return [f"That is {usd(winner.margin_usd.mean)} more than the runner-up, {called(verdict, winner.runner_up)}."]
    often = (
        f"It is the best of all {len(verdict.builds)} choices in {share(best.best_share)} of futures; it beats the runner-up,"
        f" {called(verdict, winner.runner_up)},"
        f" in {share(winner.share)} of them and by {usd(winner.margin_usd.mean)} on average{spread_words(winner.margin_usd, False)}."
    )
    return [often]


def _capital(verdict: Verdict) -> list[str]:
    best = build_named(verdict, verdict.winner.name)
    if best is zero_line(verdict):
        return []
    need, gap, capital = usd(best.decisive.capital_need_usd.p50), best.capital_gap_usd, usd(verdict.capital_usd)
    against = "" if gap is None else f", within the site's {capital}" if gap == 0.0 else f", {usd(gap)} more than the site's {capital}"
    whose = "of the owner's capital" if best.financed is not None and best.financed.loan_cut_by_dscr is not None else "of capital"
    return [f"It needs {need} {whose}{against}, and {_wait(best)}."]


def financing_sentences(verdict: Verdict) -> list[str]:
    """Return what tax and debt take and give for the best build that earns or, failing one, the runner-up.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    list of str
        Empty without tax and debt.
    """
    name = verdict.winner.name if verdict.winner.name != zero_line(verdict).name else verdict.winner.runner_up
    build, irr = build_named(verdict, name), "an IRR" if is_single(verdict) else "a median IRR"
    owner = build.financed
    if owner is None:
        return []
    mean = "an NPV" if is_single(verdict) else "a mean NPV"
    said = (
        f"Before tax and debt {name} has {mean} of {usd(build.npv_usd.mean)} and {irr} of {rate(build.irr.p50)};"
        f" {after_words(verdict)} it is {rate(owner.irr.p50)} ({rate(owner.irr_real.p50)} without inflation), every dollar put in"
        f" gives back {price(owner.equity_multiple.p50)}."
    )
    if owner.dscr_below_one_share is None or not owner.loan_usd.mean:
        return [said] if owner.dscr_below_one_share is None else [said, "Its lender's case carries no loan."]
    limit = "by what its lender's case carries" if owner.loan_cut_by_dscr else "by its share of the cost"
    often = "" if is_single(verdict) else f"; in {share(owner.dscr_below_one_share)} of futures some year's cash does not cover its service"
    cover = f"are covered {times(owner.dscr_min.p50)} in their worst year"
    return [said, f"Loans of {usd(owner.loan_usd.mean)}, limited {limit}, {cover}{often}."]


def phase_sentences(verdict: Verdict) -> list[str]:
    """Return one sentence per build whose parts come and go.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    list of str
        Empty when all parts of all builds are built at the start and run to the end.
    """
    said = []
    for build in verdict.builds:
        steps = (f"{_power_words(power)} from {month_later(verdict.start, month)}" for month, power in turns(build.phases, verdict.horizon_months))
        if build.phases:
            said.append(f"{build.name}, power in service: {', '.join(steps)}.")
    return said


def _power_words(power: Mapping[str, float]) -> str:
    return " and ".join(f"{mw:.4g} MW of {kind}" for kind, mw in power.items()) or "nothing"


def _wait(build: BuildVerdict) -> str:
    return "earns from the first month" if build.months_to_revenue == 0 else f"earns its first revenue after {duration(build.months_to_revenue)}"


def _within(verdict: Verdict) -> list[str]:
    winner, zero = verdict.winner_within_capital, zero_line(verdict)
    if winner is None or winner.name == verdict.winner.name:
        return []
    capital = usd(verdict.capital_usd)
    fitting = [build for build in verdict.builds if build.capital_gap_usd == 0.0 and build is not zero]
    if not fitting:
        return [f"No build fits into the site's {capital}; without more capital, doing nothing is all that is left."]
    if winner.name == zero.name:
        return [f"Of what fits into the site's {capital}, nothing beats doing nothing on average."]
    best = build_named(verdict, winner.name)
    value = "an NPV" if is_single(verdict) else "a mean NPV"
    affordable = (
        f"Within the site's {capital} the best build is {best.name}: it needs {usd(best.decisive.capital_need_usd.p50)}, {_wait(best)},"
        f" and has {value} of {usd(best.decisive.npv_usd.mean)}{spread_words(best.decisive.npv_usd, is_single(verdict))}{_ahead(verdict, winner)}."
    )
    return [affordable]


def _ahead(verdict: Verdict, winner: Winner) -> str:
    if winner.runner_up in ("", winner.name) or is_single(verdict):
        return ""
    return f", ahead of {called(verdict, winner.runner_up)} in {share(winner.share)} of futures"


def _gaps(verdict: Verdict) -> list[str]:
    short = [build for build in verdict.builds if build.capital_gap_usd]
    others = [build for build in short if build.name != verdict.winner.name]
    if not others:
        return []
    named = _listed([f"{build.name} (by {usd(build.capital_gap_usd)})" for build in others])
    return [f"{'Also beyond' if len(others) < len(short) else 'Beyond'} the site's capital: {named}."]


def _flip(verdict: Verdict, flip: Flip) -> str:
    unit = short_unit(flip)
    assert flip.value is not None  # noqa: S101 - the caller passes only flips that have a value
    where = "above" if flip.value > flip.base else "below"
    then = called(verdict, flip.then or "another build")
    return f"The lead passes to {then} at a {flip.driver} {where} {price(flip.value, unit)} (today {price(flip.base, unit)})."


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]
