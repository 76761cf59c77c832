from wattmint.calculators.training.goodput import run_goodput, simulate_goodput
from wattmint.calculators.training.run_terms import RunCase
from wattmint.report.training.goodput_words import goodput_words


def test_the_question_stands_first_and_the_simulation_last():
    found = run_goodput(RunCase(gpus=1_000, mttf_gpu_hours=50_000, checkpoint_s=60, restart_s=300))
    lines = goodput_words(found, None)
    assert lines[0].startswith("1,000 accelerators, interrupted every")
    assert f"goodput {found.goodput:.2%}" in lines[5]
    simulated = simulate_goodput(found, days=5, runs=10, seed=1)
    assert goodput_words(found, simulated)[:-1] == lines
    assert f"goodput {simulated.goodput:.2%}" in goodput_words(found, simulated)[-1]


def test_a_flush_is_told_where_there_is_one():
    assert "durable" not in " ".join(goodput_words(run_goodput(RunCase(gpus=512)), None))
    assert "durable 30 s later" in " ".join(goodput_words(run_goodput(RunCase(gpus=512, flush_s=30)), None))
