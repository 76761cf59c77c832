import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.physics.transformer import Architecture
from wattmint.serving.limits import MAX, Layout, Limits, best, layouts

DENSE = Architecture(layers=80, hidden=8192, heads=64, kv_heads=8, head_dim=128, ffn=28672, vocab=128256)
MANY = {"experts": 256, "experts_per_token": 8, "moe_ffn": 2048}
EXPERTS = Architecture(layers=61, hidden=7168, heads=128, kv_heads=1, head_dim=128, ffn=0, vocab=129280, **MANY)
ASKED = {"model": "a", "gpu": "b", "gpus": 8, "concurrency": MAX, "tp": None, "pp": None, "ep": None, "dp": None}


def made_up(columns):
    """A plant whose wait grows by 1 ms per request and copy, less with wider copies; a copy of fewer than 2 does not hold the model."""
    tp, pp, dp = (np.array(columns[name], float) for name in ("tp", "pp", "dp"))
    size = tp * pp * dp
    copies = np.array(columns["gpus"], float) / size
    assert (copies == np.floor(copies)).all()
    most = np.where(size >= 2, 100.0 * size, 0.0)
    asked = [math.inf if one == MAX else one for one in columns["concurrency"]]
    requests = np.minimum(np.array(asked) / copies, np.where(np.isinf(asked), most, np.inf))
    tpot = (10.0 + requests) / np.sqrt(size) * np.where(pp > 1, 1.5, 1.0)
    fits = (size >= 2) & (requests <= most)
    return {
        "fits": fits.astype(int), "max_concurrency": np.where(fits, most * copies, np.nan), "tpot_ms": np.where(fits, tpot, np.nan),
        "ttft_ms": 5.0 * tpot, "output_tokens_per_s_per_gpu": np.where(fits, 1000.0 * requests / tpot / size, np.nan),
        "sequences_per_group": requests / dp, "error": np.where(size >= 2, "", "model = 'a': does not fit"),
    }  # fmt: skip


def of(layout, requests):
    """Columns of one layout."""
    columns = {name: [getattr(layout, name)] for name in ("tp", "pp", "ep", "dp")}
    return columns | {"gpus": [layout.gpus * layout.replicas], "concurrency": [requests]}


def thorough(candidates, limits):
    """The plain twin: every layout at every number of requests."""
    rates = []
    for layout in candidates:
        for requests in range(layout.replicas, 100 * layout.gpus * layout.replicas + 1):
            found = made_up(of(layout, requests))
            if limits.allow(found)[0]:
                rates.append(found["output_tokens_per_s_per_gpu"][0])
    return max(rates)


def test_layouts_divide_all_accelerators_and_respect_the_model():
    for arch, least in ((DENSE, 15), (EXPERTS, 60)):
        found = layouts(arch, 72, 72)
        assert len(found) == len(set(found)) > least
        for one in found:
            assert one.replicas * one.gpus == 72
            assert arch.heads % one.tp == 0
    assert {one.ep for one in layouts(DENSE, 72, 72)} == {1}
    assert {one.dp for one in layouts(DENSE, 72, 72)} == {1}
    wide = [one for one in layouts(EXPERTS, 64, 72) if one.dp > 1]
    assert wide
    assert all(one.ep == one.tp * one.dp for one in wide)
    assert max(one.tp for one in layouts(DENSE, 64, 8)) == 8
    assert layouts(DENSE, 1, 8) == [Layout(1, 1, 1, 1, 1)]


@pytest.mark.parametrize("limits", [Limits(tpot_ms=30.0), Limits(ttft_ms=100.0), Limits(ttft_ms=300.0, tpot_ms=40.0), Limits(ttft_ms=1e6)])
@pytest.mark.parametrize("gpus", [2, 4, 6])
def test_the_search_finds_what_trying_everything_finds(limits: Limits, gpus: int):
    candidates = layouts(DENSE, gpus, 8)
    found = best(ASKED | {"gpus": gpus}, candidates, limits, made_up)
    assert found.found["output_tokens_per_s_per_gpu"] == pytest.approx(thorough(candidates, limits), rel=1e-12)
    assert found.tried < 100 * gpus * len(candidates)


@given(st.floats(12.0, 400.0))
def test_limits_are_kept_and_the_next_request_would_break_them(tpot_ms):
    found = best(ASKED | {"gpus": 2}, layouts(DENSE, 2, 8), Limits(tpot_ms=tpot_ms), made_up)
    assert found.found["tpot_ms"] <= tpot_ms
    assert not Limits(tpot_ms=tpot_ms).allow(made_up(of(found.layout, found.concurrency + 1)))[0]


def test_without_limits_every_layout_is_filled_and_the_best_taken():
    found = best(ASKED, layouts(DENSE, 8, 8), Limits(), made_up)
    rates = {one: made_up(of(one, MAX))["output_tokens_per_s_per_gpu"][0] for one in layouts(DENSE, 8, 8) if one.gpus > 1}
    assert found.layout == max(rates, key=rates.get)
    assert found.concurrency == 800.0
    assert found.tried == len(layouts(DENSE, 8, 8))


def test_a_number_of_requests_is_kept_and_no_copy_goes_without():
    found = best(ASKED | {"concurrency": 3}, layouts(DENSE, 8, 8), Limits(), made_up)
    assert found.concurrency == 3
    assert found.layout.replicas <= 3
    with pytest.raises(InputError, match=r"no layout is that fast; the fastest needs"):
        best(ASKED | {"concurrency": 7}, layouts(DENSE, 8, 8), Limits(tpot_ms=1.0), made_up)


def test_what_cannot_be_kept_or_does_not_fit_is_refused():
    with pytest.raises(InputError, match=r"--tpot-ms = 3.0: no layout is that fast; the fastest needs 3.889 ms"):
        best(ASKED, layouts(DENSE, 8, 8), Limits(tpot_ms=3.0), made_up)

    def contrary(columns):
        found = made_up(columns)
        return found | {"ttft_ms": 100.0 - found["tpot_ms"]}

    with pytest.raises(InputError, match=r"--ttft-ms = 90.0: no layout keeps this and 3.9 ms per token together"):
        best(ASKED, layouts(DENSE, 8, 8), Limits(ttft_ms=90.0, tpot_ms=3.9), contrary)
    with pytest.raises(InputError, match=r"gpus = 1: model = 'a': does not fit"):
        best(ASKED | {"gpus": 1}, layouts(DENSE, 1, 8), Limits(tpot_ms=9.0), made_up)
    with pytest.raises(InputError, match=r"gpus = \(all layouts\): model = 'a': does not fit"):
        best(ASKED | {"gpus": 1}, layouts(DENSE, 1, 8), Limits(), made_up)
