import json

import numpy as np
import pytest

import wattmint.study.engine as room
from wattmint.errors import OutputError
from wattmint.scenario.model import Debt, Tax
from wattmint.study import evaluate
from wattmint.study.corridor import prepare
from wattmint.study.financing import arrange
from wattmint.study.resume import ChunkStore, run_key


@pytest.fixture
def long_run(example, monkeypatch, with_study):
    monkeypatch.setattr(room, "CHUNK_PATHS", 64)
    monkeypatch.setattr(room, "LONG_RUN_PATHS", 128)
    return with_study(example, paths=200)


class StoppedError(Exception):
    """Stands for Ctrl-C, which a test runner would take personally."""


def test_an_interrupted_run_goes_on_and_gives_the_same_bits(long_run, tmp_path):
    def stop_at_two(done: int, _total: int) -> None:
        if done == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        evaluate(long_run, threads=1, progress=stop_at_two, resume_folder=tmp_path)
    kept = list(tmp_path.rglob("*.npz"))
    assert kept
    resumed = evaluate(long_run, threads=1, resume_folder=tmp_path)
    fresh = evaluate(long_run, threads=1)
    assert json.dumps(resumed.to_dict()) == json.dumps(fresh.to_dict())
    assert not list(tmp_path.rglob("*.npz"))


def test_kept_chunks_are_really_used(long_run, tmp_path):
    prepared = prepare(long_run)
    store = ChunkStore(tmp_path / run_key(prepared, "0"))
    chunk = room._walk_chunk(prepared, store, 0, 64)
    again = room._walk_chunk(prepared, ChunkStore(tmp_path / run_key(prepared, "0")), 0, 64)
    for first, second in zip(chunk, again, strict=True):
        np.testing.assert_array_equal(first.paths.npv_usd, second.paths.npv_usd)
        assert first.sums == second.sums
    assert store.load(64, 64) is None


def test_kept_chunks_hold_tax_and_debt_too(long_run, tmp_path):
    debt = Debt(debt_share=0.5, debt_rate=0.09, debt_term_months=48)
    scenario = long_run.model_copy(update={"tax": Tax(jurisdiction="us-tx"), "debt": debt})
    prepared = prepare(scenario)
    financing, store = arrange(prepared, 64), ChunkStore(tmp_path / run_key(prepared, "0"))
    chunk = room._walk_chunk(prepared, store, 0, 64, financing)
    for first, second in zip(chunk, store.load(0, 64), strict=True):
        np.testing.assert_array_equal(first.financed.paths.equity_irr, second.financed.paths.equity_irr)
        np.testing.assert_array_equal(first.financed.cumulative_usd, second.financed.cumulative_usd)
        assert list(first.financed.line_sums_usd) == list(second.financed.line_sums_usd)


def test_another_question_has_another_key(long_run, with_study):
    key = run_key(prepare(long_run), "0")
    assert key != run_key(prepare(with_study(long_run, seed=5)), "0")
    assert key != run_key(prepare(long_run), "1")
    assert key == run_key(prepare(with_study(long_run, paths=999)), "0")


def test_a_folder_that_cannot_be_written_is_named(long_run, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(OutputError, match="file"):
        evaluate(long_run, threads=1, resume_folder=blocked)
