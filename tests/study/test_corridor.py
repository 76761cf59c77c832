import numpy as np

from wattmint.study.corridor import prepare, walk, world_of


def test_energy_in_equals_energy_billed(example):
    prepared = prepare(example)
    world = world_of(prepared, 0, 32)
    for one in walk(prepared, world):
        energy = sum(run.energy_usd for run in one.dispatches)
        np.testing.assert_allclose(-one.cashflow.lines["energy"][:, 1:], energy, rtol=1e-12, atol=1e-6)
        delivered = sum(run.grid_mwh for run in one.dispatches) * prepared.tariff.delivery_usd_per_mwh
        np.testing.assert_allclose(-one.cashflow.lines["delivery"][:, 1:], delivered, rtol=1e-12, atol=1e-6)


def test_no_build_draws_more_than_its_share_of_the_connection(example):
    prepared = prepare(example)
    world = world_of(prepared, 0, 32)
    for one in walk(prepared, world):
        mean_mw = sum(run.grid_mwh for run in one.dispatches) / world.hours
        assert float(mean_mw.max()) <= example.site.power_mw * 1.0 + 1e-6


def test_a_mix_is_the_sum_of_its_parts(example):
    """60/40 earns what 60 MW of mining and 40 MW of hosting earn apart: parts share nothing but the site's power."""
    prepared = prepare(example)
    world = world_of(prepared, 0, 16)
    walks = {one.build.name: one for one in walk(prepared, world)}
    mix = next(one for one in walks.values() if len(one.offers) > 1)
    apart = sum(0.0 if line is None else line for line in mix.cashflow.lines.values())
    np.testing.assert_allclose(apart, mix.cashflow.net, rtol=1e-9, atol=1e-3)
