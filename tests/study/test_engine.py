import json

import numpy as np
import pytest

from wattmint.study import evaluate
from wattmint.study.engine import CHUNK_PATHS
from wattmint.types import ZERO_LINE


def test_same_seed_same_bits_with_one_thread_or_two(example, with_study):
    small = with_study(example, paths=CHUNK_PATHS + 50)
    one, two = evaluate(small, threads=1), evaluate(small, threads=2)
    assert json.dumps(one.to_dict()) == json.dumps(two.to_dict())
    for name, results in one.path_results.items():
        np.testing.assert_array_equal(results.npv_usd, two.path_results[name].npv_usd)


def test_another_seed_gives_another_answer(example, verdict, with_study):
    other = evaluate(with_study(example, seed=example.study.seed + 1), threads=1)
    assert other.builds[0].npv_usd.mean != verdict.builds[0].npv_usd.mean


def test_more_paths_leave_the_first_ones_as_they_are(example, verdict, with_study):
    more = evaluate(with_study(example, paths=example.study.paths + 17), threads=1)
    for name, results in verdict.path_results.items():
        np.testing.assert_array_equal(more.path_results[name].npv_usd[: example.study.paths], results.npv_usd)


def test_all_builds_and_the_zero_line_are_there(example, verdict):
    assert [b.name for b in verdict.builds] == [b.name for b in example.builds] + [ZERO_LINE]
    assert sum(b.best_share for b in verdict.builds) == pytest.approx(1.0)


def test_the_mean_lines_sum_to_the_mean_net(verdict):
    for build in verdict.builds[:-1]:
        by_year = np.sum(list(build.lines_by_year_usd.values()), axis=0)
        mean_net = verdict.path_results[build.name].net_by_year_usd.mean(axis=0)
        np.testing.assert_allclose(by_year, mean_net, rtol=1e-9, atol=1.0)


def test_the_frame_has_a_row_per_build_and_path(example, verdict):
    frame = verdict.to_frame()
    assert frame.height == len(example.builds) * example.study.paths
    assert {"build", "path", "npv_usd", "irr", "payback_months", "net_year_1_usd"} <= set(frame.columns)


def test_the_median_forecast_is_one_path_without_luck(example, with_study):
    median = example.model_copy(update={"market": example.market.model_copy(update={"forecast": "median"})})
    first, second = evaluate(median, threads=1), evaluate(with_study(median, seed=99), threads=1)
    assert first.paths == 1
    assert first.builds[0].npv_usd == second.builds[0].npv_usd
    assert first.builds[0].npv_usd.p10 == first.builds[0].npv_usd.p90


def test_progress_ends_at_its_total(example, with_study):
    seen: list[tuple[int, int]] = []
    evaluate(with_study(example, paths=10), threads=1, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_sources_are_exactly_those_used(verdict):
    listed = {source.id for source in verdict.sources}
    used = {u.source for b in verdict.builds for u in b.inputs} | {u.source for u in verdict.inputs} | {m.source for m in verdict.market}
    assert used - listed <= {"site file"}
    assert len(listed) == len(verdict.sources)
