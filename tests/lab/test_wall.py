import math
from dataclasses import replace

import pytest
from tests.lab.results import wall as told

from wattmint.lab import roofs, wall
from wattmint.lab.decoder import Shape

TINY = Shape(layers=1, hidden=16, heads=2, ffn=32, vocab=8, context=32)


def test_work_of_a_step_by_hand():
    flops, traffic = wall.step_work(TINY, 3.0, 5)
    weights = 16 * 48 + 16 * 16 + 2 * 16 * 32 + 8 * 16
    assert wall.read_weights(TINY) == weights
    assert flops == 3.0 * (2.0 * weights + 2.0 * 2.0 * 16 * 5)  # a product and a sum per weight; per pair of tokens: scores and values
    assert traffic == 4.0 * (weights + 3.0 * 2 * 16 * 5)


def test_at_the_crossing_memory_and_arithmetic_take_as_long():
    batch = wall.crossing(1e9, 1e8, wall.SHAPE, 17)
    flops, traffic = wall.step_work(wall.SHAPE, batch, 17)
    assert flops / 1e9 == pytest.approx(traffic / 1e8)


def test_where_reading_the_past_outruns_arithmetic_no_batch_leaves_the_roof():
    assert math.isinf(wall.crossing(1e15, 1.0, wall.SHAPE, 17))


def test_the_line_finds_where_steps_have_doubled():
    points = [replace(told().points[0], batch=b, step_s=0.004 + 0.0005 * b) for b in (1, 2, 4, 8)]
    assert wall.doubling_batch(points) == pytest.approx(8.0)


def test_the_experiment_on_a_tiny_decoder(monkeypatch):
    monkeypatch.setattr(wall, "SHAPE", TINY)
    monkeypatch.setattr(wall, "BATCHES", (1, 2, 4))
    monkeypatch.setattr(wall, "measure_roofs", lambda _inputs: roofs.Roofs(1e9, 1e9, 1e9))
    times_s = iter([0.002, 0.003, 0.005])
    monkeypatch.setattr(wall, "best_s", lambda work, _rounds: (work(), next(times_s))[1])
    done = []
    found = wall.measure_wall(lambda one, of: done.append((one, of)))
    assert found.measured_batch == pytest.approx(1.0)
    assert found.batch_error == pytest.approx(found.predicted_batch / found.measured_batch - 1.0)
    assert done[-1] == (3, 3)
    for point in found.points:
        assert point.tokens_per_s == pytest.approx(point.batch / point.step_s)
        assert max(point.flops, point.bytes) / 1e9 <= point.roofline_s <= point.one_after_other_s
        assert point.intensity_flops_per_byte == point.flops / point.bytes
