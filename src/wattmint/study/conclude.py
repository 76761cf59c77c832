"""From what was collected per build to the Verdict."""

from collections.abc import Mapping

import numpy as np

from wattmint.facts.load import sources
from wattmint.market.processes import process_inputs
from wattmint.provenance import MarketValue, SourceUsed, UsedInput
from wattmint.risk.compare import best_shares, pick_winner
from wattmint.risk.verdict import Verdict
from wattmint.scenario.model import Scenario
from wattmint.study.build import build_verdict, zero_line
from wattmint.study.collect import Collected
from wattmint.study.corridor import Prepared
from wattmint.study.hours import hours_picture
from wattmint.study.ranking import flips, win_map
from wattmint.study.sweeps import SweepPoint
from wattmint.types import ZERO_LINE, FloatArray
from wattmint.version import VERSION
from wattmint.workloads.rental import gpu_reference


def conclude(
    prepared: Prepared,
    paths: int,
    collected: list[Collected],
    sweeps: Mapping[SweepPoint, Mapping[str, float]],
) -> Verdict:
    """Compare the builds and say what the comparison rests on.

    Parameters
    ----------
    prepared : Prepared
        The scenario as planned.
    paths : int
        Number of paths walked.
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
    npv_by_build: dict[str, FloatArray] = {b.name: c.paths.npv_usd for b, c in zip(prepared.builds, collected, strict=True)}
    npv_by_build[ZERO_LINE] = np.zeros(paths)
    best = best_shares(npv_by_build)
    builds = [
        build_verdict(build, result, best[build.name], capital, scenario.study.horizon_months)
        for build, result in zip(prepared.builds, collected, strict=True)
    ]
    builds.append(zero_line(best[ZERO_LINE], builds))
    within = {b.name: npv_by_build[b.name] for b in builds if b.capital_gap_usd == 0.0}
    winner = pick_winner(npv_by_build)
    market = (*prepared.snapshot.values, gpu_reference(scenario, prepared.snapshot)[0])
    inputs, world_inputs = _site_inputs(scenario) + prepared.tariff_inputs, process_inputs()
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
        path_results={b.name: c.paths for b, c in zip(prepared.builds, collected, strict=True)},
    )


def _site_inputs(scenario: Scenario) -> tuple[UsedInput, ...]:
    used = []
    for part in (scenario.site, scenario.power, scenario.money, scenario.study):
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
    known = sources()
    return tuple(SourceUsed(s.id, s.citation, s.licence, s.as_of) for key, s in sorted(known.items()) if key in ids)
