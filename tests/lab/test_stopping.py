import pytest

from wattmint.errors import WattmintError
from wattmint.lab import stopping


def test_what_real_processes_lose(monkeypatch):
    for name, value in (("CHECKPOINT_EVERY", 4), ("KILLED_AT_STEP", 6), ("KILLED_AT_CHUNK", 2), ("SAME_AGAIN", 2)):
        monkeypatch.setattr(stopping, name, value)
    done = []
    found = stopping.measure_stops(lambda one, of: done.append((one, of)))
    kept, none = found.with_checkpoints, found.without_checkpoints
    assert (kept.resumed_after % 4, none.resumed_after) == (0, 0)
    assert kept.resumed_after >= 4
    assert kept.steps_before >= 6
    assert (kept.lost_steps, none.lost_steps) == (kept.steps_before - kept.resumed_after, none.steps_before)
    assert none.same_loss
    assert kept.same_loss in (True, None)  # None where the process had got to its next checkpoint before it died
    assert found.mining.tries_before >= 2 * found.mining.lost_tries_at_most
    assert found.mining.shares_expected_after == found.mining.tries_after / 65536
    assert done[-1] == (3, 3)


def test_a_process_that_ends_by_itself_is_told():
    with pytest.raises(WattmintError, match="ended by itself"):
        stopping.run_and_kill(["train", "/nowhere/c.npz", "1"], 2)
