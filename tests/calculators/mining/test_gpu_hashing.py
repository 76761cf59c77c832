"""GPUs beside ASICs: figures follow from the published ones."""

import pytest

from wattmint.calculators.mining.gpu_hashing import gpu_footnote, gpus
from wattmint.facts.load import number, table


def test_a_gpu_takes_tens_of_thousands_of_joules_where_an_asic_takes_about_ten():
    best_asic = min(f["efficiency_j_per_th"].value for f in table("machines").values() if f["algorithm"].value == "sha-256")
    assert best_asic < 10.0
    assert [one.name for one in gpus()] == ["RTX 4090", "RTX 3090", "H100 SXM5", "Radeon HD 5970"]
    assert 40_000 < gpus()[0].j_per_th < gpus()[-1].j_per_th < 700_000


def test_benchmarks_count_single_hashes_and_a_try_takes_two():
    for id_, facts in table("gpu_hashing").items():
        if "sha256_mh_per_s" in facts:
            assert facts["hashrate_ths"].value == pytest.approx(facts["sha256_mh_per_s"].value / 2.0 / 1e6, rel=1e-6), id_
        assert facts["efficiency_j_per_th"].value == pytest.approx(facts["power_w"].value / facts["hashrate_ths"].value, rel=1e-6), id_


def test_power_is_the_accelerator_table_s():
    for id_ in ("h100-sxm", "rtx-4090", "rtx-3090"):
        assert number("gpu_hashing", id_, "power_w") == number("chips", id_, "tdp_w")


def test_the_footnote_has_both_figures():
    assert gpu_footnote(10.0) == "A GPU for comparison: RTX 4090, about 40,955 J/TH, 4,095 times 10 J/TH (derived from hashcat-rtx-4090)."
