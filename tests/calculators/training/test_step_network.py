import itertools

import pytest

from wattmint.calculators.training.step_network import network_curve
from wattmint.errors import InputError
from wattmint.lab.network import measure_network

CASE = {"model": "llama-3.1-8b", "gpu": "h100", "gpus": 64, "precision": "bf16", "global_batch": 512}


def test_a_slower_network_never_helps_and_an_internet_line_cannot_train():
    rows = network_curve(CASE).rows
    assert rows[0].kept == 1.0
    assert rows[0].gbit_per_s == 3600.0
    for fast, slow in itertools.pairwise(rows):
        assert slow.gbit_per_s < fast.gbit_per_s
        assert 0.0 < slow.tokens_per_s_per_gpu <= fast.tokens_per_s_per_gpu * (1.0 + 1e-12)
    assert rows[-1].kept < 0.1


def test_what_mining_needs_is_the_lab_s():
    found = network_curve(CASE)
    assert found.mining_bytes_per_s_per_kw == measure_network().mining_bytes_per_s_per_kw
    assert found.mining_bytes_per_s == pytest.approx(found.mining_bytes_per_s_per_kw * found.kw)
    assert found.ratio == pytest.approx(found.rows[0].bytes_per_s_per_kw / found.mining_bytes_per_s_per_kw)
    assert found.ratio > 1e5


@pytest.mark.parametrize(
    ("changes", "what"), [({"gpus": 1, "model": "llama-3.1-405b"}, "does not fit"), ({"gpu": "x"}, "gpu"), ({"tp": 3}, "tp x pp x cp")]
)
def test_refused(changes: dict, what: str):
    with pytest.raises(InputError, match=what):
        network_curve({**CASE, **changes})
