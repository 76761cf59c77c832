import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wattmint.dispatch.duration import duration_curves
from wattmint.dispatch.merit import PathMonths, paying_hours, paying_hours_plain

# Coarse numbers meet each other often: costs equal to the strike, equal hours, a flat PUE.
# Rounded: half of the smallest float is rounded to nothing before or after PUE, and no price is 5e-324 USD/MWh.
PRICES = st.one_of(st.sampled_from([-50.0, -1.0, 0.0, 20.0, 25.0, 50.0, 5000.0]), st.floats(-1000.0, 9000.0).map(lambda usd: round(usd, 9)))
PUES = st.one_of(st.sampled_from([1.0, 1.25, 1.5]), st.floats(1.0, 3.0))
LEVELS = st.one_of(st.sampled_from([0.5, 1.0, 2.0]), st.floats(1e-3, 50.0))
STRIKES = st.one_of(st.sampled_from([-50.0, 0.0, 25.0, 31.25, 50.0, np.inf, -np.inf]), st.floats(-500.0, 20_000.0))
DELIVERIES = st.one_of(st.sampled_from([0.0, 5.0, 25.0]), st.floats(-100.0, 200.0))


def ask(strike: float, level: float, rows: int, power: float = 1.0, hours: np.ndarray | None = None) -> PathMonths:
    month = np.arange(rows, dtype=np.int64)[None, :]
    lengths = np.ones(rows) if hours is None else hours.astype(np.float64)
    return PathMonths(np.full((1, rows), strike), np.full((1, rows), level), month, np.full((1, rows), power), lengths)


def by_hand(price: float, pue: float, level: float, delivery: float) -> float:
    """The rule itself, in Python's floats: cost of an IT MWh in one hour."""
    return pue * (level * price + delivery)


@settings(deadline=None, max_examples=300)
@given(st.data(), st.integers(1, 40), STRIKES, LEVELS, DELIVERIES)
def test_runs_in_exactly_the_hours_that_pay(library_of, data, hours, strike, level, delivery):
    price = data.draw(arrays(np.float64, (2, hours), elements=PRICES))
    pue = data.draw(arrays(np.float64, (2, hours), elements=PUES))
    library = library_of(price)
    curves = duration_curves(library, pue)
    count, it_mwh, grid_mwh, energy, value = paying_hours(ask(strike, level, 2, hours=library.hours), delivery, curves)
    for row in range(2):
        on = [h for h in range(hours) if by_hand(price[row, h], pue[row, h], level, delivery) < strike]
        assert count[0, row] == len(on)
        assert it_mwh[0, row] == value[0, row] == len(on)
        assert grid_mwh[0, row] == pytest.approx(sum(pue[row, h] for h in on), rel=1e-12)
        terms = [level * price[row, h] * pue[row, h] for h in on]
        assert energy[0, row] == pytest.approx(sum(terms), rel=1e-9, abs=1e-12 * (1.0 + level * float(np.abs(price[row] * pue[row]).sum())))


@settings(deadline=None, max_examples=150)
@given(st.data(), st.integers(1, 40), LEVELS, DELIVERIES)
def test_an_hour_at_the_strike_is_off_and_above_it_on(library_of, data, hours, level, delivery):
    """The strike is set to one hour's own cost: rounding must not move that hour to the other side."""
    price = data.draw(arrays(np.float64, (1, hours), elements=PRICES))
    pue = data.draw(arrays(np.float64, (1, hours), elements=PUES))
    chosen = data.draw(st.integers(0, hours - 1))
    strike = by_hand(price[0, chosen], pue[0, chosen], level, delivery)
    library = library_of(price)
    curves = duration_curves(library, pue)
    costs = [by_hand(p, e, level, delivery) for p, e in zip(price[0], pue[0], strict=True)]
    for at in (strike, np.nextafter(strike, np.inf)):
        count = paying_hours(ask(float(at), level, 1, hours=library.hours), delivery, curves)[0][0, 0]
        assert count == sum(cost < at for cost in costs)


def path_months(rng: np.random.Generator, shape: tuple[int, int], rows: int) -> PathMonths:
    return PathMonths(
        strike_usd_per_mwh=rng.uniform(-20.0, 150.0, shape),
        power_level=np.exp(rng.normal(0.0, 0.5, shape)),
        history_month=rng.integers(0, rows, shape),
        in_service=np.where(rng.random(shape) < 0.2, 0.0, rng.uniform(0.01, 1.0, shape)),
        month_hours=rng.choice([672.0, 720.0, 744.0], shape[1]),
        full_mw=80.0,
    )


STEPS = {"one": ((1.0,), (1.0,)), "low, normal, high": ((0.6, 0.4, 0.3), (1.2, 0.7, 0.4)), "one at less": ((0.9,), (1.1,))}


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("delivery", [0.0, 5.0, 60.0, -5.0])
def test_kernel_equals_its_plain_twin(library, pue, delivery, steps):
    power_share, value_share = (np.array(shares) for shares in steps)
    asked = path_months(np.random.default_rng(3), (30, 12), 3)._replace(power_share=power_share, value_share=value_share)
    capacity = np.random.default_rng(6).choice([0.0, 0.9, 1.0], pue.shape)
    fast = paying_hours(asked, delivery, duration_curves(library, pue, capacity))
    plain = paying_hours_plain(asked, delivery, library.price_usd_per_mwh, pue, capacity)
    np.testing.assert_array_equal(fast[0], plain[0])
    for one, other in zip(fast[1:], plain[1:], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("strike", [np.inf, -np.inf])
def test_never_stops_and_never_starts(library, pue, strike):
    asked = path_months(np.random.default_rng(4), (7, 12), 3)
    asked = asked._replace(strike_usd_per_mwh=np.full((1, 12), strike), in_service=np.full((1, 12), 2.0))
    fast = paying_hours(asked, 5.0, duration_curves(library, pue))
    plain = paying_hours_plain(asked, 5.0, library.price_usd_per_mwh, pue, np.ones_like(pue))
    expected = np.broadcast_to(asked.month_hours if strike > 0.0 else 0.0, (7, 12))
    np.testing.assert_array_equal(fast[0], expected)
    for one, other in zip(fast, plain, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_one_row_stands_for_every_path(library, pue):
    asked = path_months(np.random.default_rng(5), (6, 12), 3)
    one_row = asked._replace(strike_usd_per_mwh=asked.strike_usd_per_mwh[:1], in_service=asked.in_service[:1])
    spread_out = asked._replace(
        strike_usd_per_mwh=np.repeat(asked.strike_usd_per_mwh[:1], 6, axis=0), in_service=np.repeat(asked.in_service[:1], 6, axis=0)
    )
    curves = duration_curves(library, pue)
    for one, other in zip(paying_hours(one_row, 5.0, curves), paying_hours(spread_out, 5.0, curves), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_month_with_a_gap_stands_for_the_whole_month(library, pue):
    curves = duration_curves(library, pue)
    gap = ask(60.0, 1.0, 3, hours=library.hours)
    whole = gap._replace(month_hours=np.full(3, 744.0))
    for short, full in zip(paying_hours(gap, 5.0, curves), paying_hours(whole, 5.0, curves), strict=True):
        np.testing.assert_allclose(full, short * 744.0 / library.hours, rtol=1e-12)


@settings(deadline=None, max_examples=100)
@given(st.data(), st.integers(1, 40), STRIKES, LEVELS, DELIVERIES)
def test_an_hour_runs_at_its_capacity(library_of, data, hours, strike, level, delivery):
    price, pue = (data.draw(arrays(np.float64, (1, hours), elements=values)) for values in (PRICES, PUES))
    capacity = data.draw(arrays(np.float64, (1, hours), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])))
    library = library_of(price)
    asked, curves = ask(strike, level, 1, hours=library.hours), duration_curves(library, pue, capacity)
    count, it_mwh, grid_mwh, energy, _ = paying_hours(asked, delivery, curves)
    on = [h for h in range(hours) if by_hand(price[0, h], pue[0, h], level, delivery) < strike]
    assert count[0, 0] == sum(capacity[0, h] > 0.0 for h in on)
    assert it_mwh[0, 0] == pytest.approx(sum(capacity[0, h] for h in on), rel=1e-12)
    assert grid_mwh[0, 0] == pytest.approx(sum(capacity[0, h] * pue[0, h] for h in on), rel=1e-12)
    terms = [capacity[0, h] * level * price[0, h] * pue[0, h] for h in on]
    assert energy[0, 0] == pytest.approx(sum(terms), rel=1e-9, abs=1e-12 * (1.0 + level * float(np.abs(price * pue).sum())))
