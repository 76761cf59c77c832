import pytest

from wattmint.calculators.training.step_estimate import RESULTS
from wattmint.calculators.training.step_run import TrainingRun, solve_training, train
from wattmint.errors import InputError

CASE = {"model": "llama-3.1-8b", "gpu": "h100", "gpus": 64, "precision": "bf16", "global_batch": 256}


def test_time_energy_and_money_by_hand():
    found = train(CASE, TrainingRun(tokens=1e12, pue=1.2, usd_per_gpu_h=2.0))
    e, t = found.estimate, found.totals
    assert t["days_uninterrupted"] == pytest.approx(1e12 / (e["tokens_per_s_per_gpu"] * 64) / 86400)
    assert t["days"] == pytest.approx(t["days_uninterrupted"] / t["goodput"])
    assert t["energy_it_mwh"] == pytest.approx(8 * e["node_power_w"] * t["days"] * 24 / 1e6)
    assert t["energy_site_mwh"] == pytest.approx(1.2 * t["energy_it_mwh"])
    assert t["cost_usd"] == pytest.approx(2.0 * 64 * 24 * t["days"])
    assert t["usd_per_mtok"] == pytest.approx(t["cost_usd"] / 1e6)


def test_defaults_are_cited_and_a_step_alone_needs_none():
    found = train(CASE, TrainingRun(tokens=1e12))
    assert {"pue", "rental_3_year_usd_per_gpu_h", "mttf_gpu_hours"} <= {one.name for one in found.inputs}
    alone = train(CASE, TrainingRun())
    assert not alone.totals
    assert not alone.inputs


def test_no_price_no_cost():
    assert train({**CASE, "gpu": "ascend-910c"}, TrainingRun(tokens=1e12)).totals["cost_usd"] is None


@pytest.mark.parametrize(
    ("changes", "run", "what"),
    [({"gpus": 1, "model": "llama-3.1-405b"}, {}, "needs .* GB per accelerator, has 75.2 GB"), ({"tp": 3}, {}, "gpus = 64: no multiple of tp"),
     ({"gpu": "x"}, {}, "gpu = 'x'"), ({}, {"tokens": -1.0}, "training_tokens"), ({}, {"tokens": 1e9, "pue": 0.5}, "pue")],
)  # fmt: skip
def test_refused_with_the_limit(changes: dict, run: dict, what: str):
    with pytest.raises(InputError, match=what):
        train({**CASE, **changes}, TrainingRun(**run))


def test_rows_of_a_file():
    rows = [{name: str(value) for name, value in CASE.items()}, {**CASE, "gpus": "1", "model": "llama-3.1-405b"}, {**CASE, "gpus": "none"}]
    good, large, wrong = solve_training(rows)
    assert list(good) == [*RESULTS, "error"]
    assert good["tokens_per_s_per_gpu"] == pytest.approx(train(CASE, TrainingRun()).estimate["tokens_per_s_per_gpu"], rel=1e-5)
    assert (good["fits"], good["error"]) == (1, "")
    assert (large["fits"], large["step_s"]) == (0, "")
    assert large["error"].startswith("does not fit: needs")
    assert wrong["fits"] == ""
    assert wrong["error"].startswith("gpus")
