"""From what was collected per build to the Verdict."""

from collections.abc import Mapping

import numpy as np

from wattmint.facts.load import sources_used
from wattmint.finance.treasury import carry_used
from wattmint.market.processes import process_inputs
from wattmint.provenance import MarketValue, SourceUsed, UsedInput
from wattmint.risk.compare import best_shares, pick_winner
from wattmint.risk.verdict import BEFORE_ALL, Verdict
from wattmint.scenario.model import Scenario
from wattmint.study.build import build_verdict, zero_line
from wattmint.study.collect import Collected
from wattmint.study.corridor import Prepared
from wattmint.study.financing import Financing
from wattmint.study.hours import hours_picture
from wattmint.study.ranking import flips, win_map
from wattmint.study.sweeps import SweepPoint
from wattmint.types import ZERO_LINE, FloatArray
from wattmint.version import VERSION
from wattmint.workloads.inference import token_reference
from wattmint.workloads.rental import gpu_reference


def conclude(
    prepared: Prepared,
    financing: Financing | None,
    collected: list[Collected],
    sweeps: Mapping[SweepPoint, Mapping[str, float]],
) -> Verdict:
    """Compare the builds and say what the comparison rests on.

    Parameters
    ----------
    prepared : Prepared
        The scenario as planned.
    financing : Financing or None
        Terms of tax and debt.
    collected : list of Collected
        One per build, over all paths.
    sweeps : mapping of SweepPoint to mapping of str to float
        Mean NPV by build at every point of every sweep.

    Returns
    -------
    Verdict
        Complete.
    """
    scenario = prepared.scenario
    capital = scenario.site.capital_usd
    npv_by_build = {b.name: _decisive_npv(c) for b, c in zip(prepared.builds, collected, strict=True)}
    paths = collected[0].paths.npv_usd.size
    npv_by_build[ZERO_LINE] = np.zeros(paths)
    best = best_shares(npv_by_build)
    builds = []
    for number, (build, result) in enumerate(zip(prepared.builds, collected, strict=True)):
        debt = None if financing is None else financing.debt_of(number)
        builds.append(
            build_verdict(build, result, best[build.name], scenario, prepared.snapshot.btc_usd, None if debt is None else debt.cut_by_cover)
        )
    builds.append(zero_line(best[ZERO_LINE], builds))
    within = {b.name: npv_by_build[b.name] for b in builds if b.capital_gap_usd == 0.0}
    winner = pick_winner(npv_by_build)
    references = (gpu_reference(scenario, prepared.snapshot), token_reference(scenario, prepared.snapshot))
    market = (*prepared.snapshot.values, *(reference[0] for reference in references if reference is not None))
    taxes = () if financing is None or financing.tax is None else financing.tax.inputs
    carries = () if scenario.treasury is None or not scenario.treasury.forward_share else (carry_used(scenario.treasury),)
    cited = [used for used in (*taxes, *carries, *prepared.tariff_inputs) if used.kind != "given"]  # what is given stands among the site's own
    inputs, world_inputs = (*_site_inputs(scenario), *cited), process_inputs()
    return Verdict(
        site=scenario.name,
        version=VERSION,
        forecast=scenario.market.forecast,
        start=scenario.study.start,
        power_mw=scenario.site.power_mw,
        capital_usd=capital,
        horizon_months=scenario.study.horizon_months,
        paths=paths,
        seed=scenario.study.seed,
        discount_rate=scenario.money.discount_rate,
        builds=tuple(builds),
        winner=winner,
        winner_within_capital=None if capital is None else pick_winner(within),
        flips=flips(prepared, npv_by_build, sweeps),
        win_map=win_map(prepared, npv_by_build, sweeps),
        hours=hours_picture(prepared, collected),
        market=market,
        inputs=inputs,
        world_inputs=world_inputs,
        notes=prepared.library.notes,
        sources=_sources(prepared, (*inputs, *world_inputs), market),
        ranked_by=_ranked_by(scenario),
        equity_discount_rate=None if financing is None else financing.discount_rate,
        path_results={b.name: c.paths for b, c in zip(prepared.builds, collected, strict=True)},
        financed_results={b.name: c.financed.paths for b, c in zip(prepared.builds, collected, strict=True) if c.financed is not None},
    )


def _ranked_by(scenario: Scenario) -> str:
    after = [name for name, table in (("tax", scenario.tax), ("debt", scenario.debt)) if table is not None]
    return f"NPV after {' and '.join(after)}" if after else BEFORE_ALL


def _decisive_npv(result: Collected) -> FloatArray:
    """Return what builds are ranked by: the owner's NPV after tax and debt where there is either."""
    return result.paths.npv_usd if result.financed is None else result.financed.paths.equity_npv_usd


def _site_inputs(scenario: Scenario) -> tuple[UsedInput, ...]:
    used = []
    terms = [table for table in (scenario.tax, scenario.debt, scenario.treasury) if table is not None]
    for part in (scenario.site, scenario.power, scenario.money, *terms, scenario.study):
        for name, field in type(part).model_fields.items():
            value = getattr(part, name)
            if isinstance(value, str | int | float):
                extra = field.json_schema_extra
                unit = extra.get("unit", "") if isinstance(extra, dict) else ""
                used.append(UsedInput(name, value, str(unit), "site file", "given" if name in part.model_fields_set else "default"))
    return tuple(used)


def _sources(prepared: Prepared, inputs: tuple[UsedInput, ...], market: tuple[MarketValue, ...]) -> tuple[SourceUsed, ...]:
    ids = {used.source for used in inputs}
    ids |= {used.source for build in prepared.builds for plan in build.plans for used in plan.inputs}
    ids |= {value.source for value in market} | set(prepared.library.sources)
    return sources_used(ids)
