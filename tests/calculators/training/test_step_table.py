import numpy as np

from wattmint.calculators.training.step_table import training_fit, training_software
from wattmint.facts.load import record


def test_the_table_is_the_fit():
    assert training_fit()["shared"]["linear_mfu"] == float(record("training_fit", "shared")["linear_mfu"].value)


def test_factors_of_chip_format_and_way_multiply():
    values = {
        "shared": {**training_fit()["shared"], "linear_mfu": 0.8, "fp8_mfu_factor": 0.5, "expert_mfu_factor": 0.25, "training_layer_us": 100.0},
        "kind-ampere": {"linear_factor": 1.5},
        "way-pytorch": {"linear_factor": 0.5, "moved_factor": 2.0, "attention_factor": 1.0, "overhead_factor": 3.0},
    }
    found = training_software(values, ("kind-ampere", "kind-hopper"), ("bf16", "fp8"), np.array([0.0, 1.0]))
    np.testing.assert_allclose(found.linear, [0.8 * 1.5, 0.8 * 0.5 * 0.5])
    np.testing.assert_allclose(found.expert, found.linear * 0.25)
    np.testing.assert_allclose(found.layer_s, [1e-4, 3e-4])
    np.testing.assert_allclose(found.moved[1], 2.0 * found.moved[0])
