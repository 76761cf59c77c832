import dataclasses

import pytest
from tests.lab import results

from wattmint.cli.lab_words import compare_lines, hash_lines, number, words
from wattmint.lab.compare import Comparison, comparison_rows
from wattmint.lab.gpu import GpuRun
from wattmint.lab.memoryless import luck_of


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "n/a"), (0.0, "0"), (1234567.0, "1,234,567"), (0.01234, "0.0123"), (5e-9, "5.00e-09"), (2e18, "2.00e+18"), (99.96, "100"), (-3.0, "-3")],
)
def test_numbers_are_short(value, text):
    assert number(value) == text


def test_hash_says_rate_energy_block_and_luck():
    said = words("hash", results.hashing())
    assert "sha256d, 2 threads, 3.0 s: 100 MH/s (50 per thread), 40 times hashlib" in said
    assert "energy: this machine shows no energy counters" in said
    assert "180,000,000 years" in said
    assert "(no memory: 0.368)" in said


def test_hash_with_energy_and_few_shares():
    said = "\n".join(hash_lines(results.hashing(joules_per_th=9e5, luck=luck_of(results.np.array([3]), 65536))))
    assert "energy: 900,000 J/TH" in said
    assert "1 intervals are too few to test" in said


@pytest.mark.parametrize(
    ("experiment", "part"),
    [
        ("wall", "leaves the memory roof at a batch of 8; the roofline predicted 7.5 (-6%)"),
        ("flip", "mining: one wrong bit in one of 2,000 tries changed 50% of that hash's bits, and 0 other tries"),
        ("stop", "resumed after step 40: 15 steps lost, 0.4 s; back at work after 0.5 s; computed again, digit by digit the same"),
        ("network", "at equal power training needs"),
    ],
)
def test_every_experiment_says_its_answer(experiment, part):
    assert part in words(experiment, results.everything()[experiment])


def test_a_gpu_says_its_energy_where_its_driver_does():
    run = GpuRun("a card", results.wall(), 8000.0, 20, 700.0, 87500.0)
    assert "SHA-256d: 8,000 MH/s, 700 W: 87,500 J/TH, the card alone; 20 shares" in words("gpu", run)
    assert "reports no power" in words("gpu", dataclasses.replace(run, power_w=None, joules_per_th=None))


def test_the_comparison_names_evidence_and_sources():
    parts = results.everything()
    made = (parts["hash"], results.scrypt(), parts["wall"], parts["flip"], parts["stop"], parts["network"])
    said = "\n".join(compare_lines(Comparison(comparison_rows(*made), *made, ())))
    assert "COST STACK" in said
    assert "[measured here: lab hash]" in said
    assert "[cited: bitcoin-protocol]" in said
