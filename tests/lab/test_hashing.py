import pytest

from wattmint.errors import InputError, UnknownNameError
from wattmint.lab import hashing
from wattmint.lab.energy import Reading
from wattmint.physics.hashing import expected_hashes_per_block
from wattmint.units import HASHES_PER_MH, HASHES_PER_TH


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(hashing, "PLAIN_S", 0.001)


def test_fields_belong_together(monkeypatch):
    readings = iter([Reading((0,), (10**9,), ""), Reading((5_000_000,), (10**9,), "")])
    monkeypatch.setattr(hashing, "read_counters", lambda: next(readings))
    found = hashing.measure("sha256d", 1, 0.01)
    assert found.mhs_total == pytest.approx(found.tries / found.seconds / HASHES_PER_MH)
    assert found.mhs_per_thread == found.mhs_total
    assert found.joules_per_th == pytest.approx(5.0 / (found.tries / HASHES_PER_TH))
    assert found.block_seconds == pytest.approx(expected_hashes_per_block(found.difficulty.value) / (found.mhs_total * HASHES_PER_MH))
    assert found.luck.intervals == found.shares


def test_scrypt_has_no_block_time_and_no_counters_are_told(monkeypatch):
    monkeypatch.setattr(hashing, "read_counters", lambda: Reading((), (), "none here"))
    found = hashing.measure("scrypt", 1, 0.01)
    assert (found.difficulty, found.block_years, found.joules, found.energy_note) == (None, None, None, "none here")


@pytest.mark.parametrize(
    ("threads", "seconds", "field"), [(0, 1.0, "--threads"), (10**6, 1.0, "--threads"), (1, 0.0, "--seconds"), (1, 1e9, "--seconds")]
)
def test_numbers_out_of_range_are_refused(threads, seconds, field):
    with pytest.raises(InputError) as refused:
        hashing.measure("sha256d", threads, seconds)
    assert refused.value.field == field


def test_an_unknown_algorithm_is_refused():
    with pytest.raises(UnknownNameError):
        hashing.measure("sha1", 1, 1.0)
