import dataclasses

import numpy as np

from wattmint.study.collect import collect
from wattmint.study.corridor import prepare, walk, world_of
from wattmint.study.hours import hours_picture


def test_picture_of_the_interruptible_load(example):
    prepared = prepare(example)
    world = world_of(prepared, 0, 32)
    collected = [collect(one, world, 0.1) for one in walk(prepared, world)]
    picture = hours_picture(prepared, collected)
    assert picture is not None
    cost = np.array(picture.cost_usd_per_mwh)
    assert (np.diff(cost) <= 0).all()
    share = np.array(picture.on_share)
    assert share.shape == (12, 24)
    # The share of all hours below the strike is the same read off the curve and off the map.
    from_curve = float(np.interp(-(picture.strike_usd_per_mwh.p50 or 0.0), -cost, picture.hours_share))
    assert abs((1.0 - from_curve) - float(share.mean())) < 0.02


def test_no_interruptible_load_no_picture(example):
    firm = example.model_copy(update={"builds": tuple(b for b in example.builds if all(p.kind != "mining" for p in b.parts))})
    prepared = prepare(firm)
    world = world_of(prepared, 0, 8)
    assert hours_picture(prepared, [collect(one, world, 0.1) for one in walk(prepared, world)]) is None


def test_an_hour_too_hot_to_run_does_not_run(example):
    prepared = prepare(example)
    world = world_of(prepared, 0, 8)
    collected = [collect(one, world, 0.1) for one in walk(prepared, world)]
    first = prepared.builds[0]
    hot = dataclasses.replace(first.plans[0], hourly_capacity=np.zeros(first.plans[0].hourly_pue.shape))
    builds = (dataclasses.replace(first, plans=(hot,)), *prepared.builds[1:])
    picture = hours_picture(dataclasses.replace(prepared, builds=builds), collected)
    assert picture is not None
    assert not np.array(picture.on_share).any()
