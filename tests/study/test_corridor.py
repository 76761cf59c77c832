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


def test_a_mix_earns_what_its_parts_earn_apart(example):
    """Parts share nothing but the site's power: 60/40 is 0.6 of the mine and 0.4 of the halls, but for the last whole machine."""
    prepared = prepare(example)
    world = world_of(prepared, 0, 16)
    net = {one.build.name: one.cashflow.net for one in walk(prepared, world)}
    apart = 0.6 * net["Mine bitcoin"] + 0.4 * net["Host AI tenants"]
    np.testing.assert_allclose(net["60/40 mining and hosting"], apart, rtol=1e-3, atol=2e3)
    assert np.abs(apart).max() > 1e6
