import numpy as np
import pytest

from wattmint.study.collect import collect, merge
from wattmint.study.corridor import prepare, walk, world_of


def test_merging_chunks_equals_one_chunk(example):
    prepared = prepare(example)
    parts = []
    for first, paths in ((0, 40), (40, 24)):
        world = world_of(prepared, first, paths)
        parts.append([collect(one, world, 0.1) for one in walk(prepared, world)])
    world = world_of(prepared, 0, 64)
    whole = [collect(one, world, 0.1) for one in walk(prepared, world)]
    for build, expected in enumerate(whole):
        merged = merge([chunk[build] for chunk in parts])
        np.testing.assert_array_equal(merged.paths.npv_usd, expected.paths.npv_usd)
        np.testing.assert_array_equal(merged.cumulative_usd, expected.cumulative_usd)
        for name, values in expected.line_sums_usd.items():
            np.testing.assert_allclose(merged.line_sums_usd[name], values, rtol=1e-12)


def test_lines_kept_by_year_sum_to_net(example):
    prepared = prepare(example)
    world = world_of(prepared, 0, 16)
    for one in walk(prepared, world):
        kept = collect(one, world, 0.1)
        total = np.sum(list(kept.line_sums_usd.values()), axis=0)
        np.testing.assert_allclose(total, kept.paths.net_by_year_usd.sum(axis=0), rtol=1e-9, atol=1.0)


def test_coins_are_the_reward_lines_at_the_month_price(example):
    prepared = prepare(example)
    world = world_of(prepared, 0, 8)
    mining = next(one for one in walk(prepared, world) if "subsidy" in one.cashflow.lines)
    kept = collect(mining, world, 0.1)
    usd = mining.cashflow.lines["subsidy"] + mining.cashflow.lines["transaction fees"]
    by_hand = [(usd[p, 1:] / world.btc_usd[p]).sum() for p in range(8)]
    assert kept.paths.bitcoin == pytest.approx(by_hand, rel=1e-12)
