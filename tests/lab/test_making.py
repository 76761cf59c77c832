import pytest
from tests.lab import results

from wattmint.lab.evidence import CITED, DERIVED, HERE
from wattmint.lab.making import algorithm_row, chip_row, error_row, memory_row, network_row


def by_what(row):
    return {figure.what: figure for cell in (row.ai, row.chain) for figure in cell.figures}


def test_arithmetic_per_token_is_a_steps_over_its_batch():
    wall = results.wall()
    figure = by_what(algorithm_row(results.hashing(), wall))["arithmetic per token of a small decoder"]
    assert figure.value == wall.points[-1].flops / wall.points[-1].batch
    assert figure.evidence == HERE


def test_a_machine_beats_an_accelerator_at_hashing_by_their_joules():
    figures = by_what(chip_row())
    times = figures["times better than the accelerator"]
    assert times.value == pytest.approx(figures["bitcoin hashing on it"].value / figures["energy per terahash"].value)
    assert times.evidence == DERIVED
    assert times.source == f"{figures['bitcoin hashing on it'].source} + {figures['energy per terahash'].source}"


def test_memory_roof_and_scrypt_by_hand():
    figures = by_what(memory_row(results.hashing(), results.scrypt(), results.wall()))
    wall = results.wall()
    assert figures["of the memory roof reached by one sequence"].value == wall.points[0].achieved_bytes_per_s / wall.roofs.read_bytes_per_s
    assert figures["SHA-256d hashes per scrypt hash"].value == pytest.approx(50.0 / 0.0025)
    assert figures["bandwidth of the accelerator's memory"].evidence == CITED


def test_what_the_network_carries_rests_on_cited_and_measured_numbers():
    network = results.everything()["network"]
    gradients = by_what(network_row(network))["gradients in training"]
    assert gradients.value == pytest.approx(network.training_bytes_per_s_per_kw / 1e9)
    used = {one.name: one.source for one in network.inputs}
    assert gradients.source.split(" + ")[0] == "lab network"
    assert set(gradients.source.split(" + ")[1:]) == {used[name] for name in ("parameters_total_b", "training_tokens_per_step", "allin_kw_per_gpu")}


def test_the_worst_bit_of_an_exponent_is_told():
    figures = by_what(error_row(results.flips()))
    assert figures["worst after one flipped exponent bit"].value == 32.0
    assert figures["perplexity with 8-bit weights"].value == 5.5
