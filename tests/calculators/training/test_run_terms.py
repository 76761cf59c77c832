import math

import pytest

from wattmint.calculators.training.run_terms import RunCase, category_shares, machine_cause, settle
from wattmint.errors import InputError
from wattmint.facility.grid import DEFAULT, grid_named
from wattmint.facility.power_chain import power_chain
from wattmint.facts.load import number, table, text


def test_the_mean_gpu_hours_in_the_table_follow_from_its_counts():
    checked = 0
    for id_, facts in table("training_failures").items():
        if "mttf_gpu_hours" not in facts:
            continue
        gpus = facts["observed_gpus"].value
        if "observed_days" in facts:
            hours = gpus * facts["observed_days"].value * 24 / facts["interruptions"].value
        elif "mean_hours_between_interruptions" in facts:
            hours = gpus * facts["mean_hours_between_interruptions"].value
        else:
            hours = 1_000 * 24 * 8 / facts["failures_per_1000_node_days"].value
        assert facts["mttf_gpu_hours"].value == pytest.approx(hours, rel=1e-4), id_
        checked += 1
    assert checked == 8


def test_the_causes_of_llama_3_add_up_to_its_count():
    parts = [facts["interruptions"].value for facts in table("training_failures").values() if "part_of" in facts]
    assert sum(parts) == number("training_failures", "llama-3-405b", "interruptions") == 419
    shares = category_shares()
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["GPU"] == pytest.approx(268 / 419)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)


def test_defaults_are_the_tables_and_say_so():
    terms = settle(RunCase(gpus=16_384))
    used = {one.name: (one.value, one.kind) for one in terms.inputs}
    assert used["mttf_gpu_hours"] == (50_677.0, "derived")
    assert used["gpus"] == (16_384.0, "given")
    assert terms.checkpointing.blocking_s == pytest.approx(405 * 14 / (0.122 * 16_384))
    assert [terms.detect_s, terms.checkpointing.restart_s] == [300.0, 660.0]
    assert settle(RunCase(gpus=1_000, state_gb=122)).checkpointing.blocking_s == pytest.approx(1.0)


def test_a_restart_alone_counts_from_the_interruption():
    assert settle(RunCase(gpus=1_000, mttf_gpu_hours=50_000, checkpoint_s=60, restart_s=300)).detect_s == 0.0
    assert settle(RunCase(gpus=8, restart_s=300, detect_s=20)).causes[0].wait_s == 20.0
    assert settle(RunCase(gpus=8, detect_s=20)).checkpointing.restart_s == 660.0


def test_the_rate_of_machines_is_gpus_over_their_mean_hours():
    assert machine_cause(1_000.0, 50_000.0, 7.0).rate_per_s == pytest.approx(1 / 180_000)


def test_an_outage_lasts_as_long_as_behind_the_usual_backup():
    default = settle(RunCase(gpus=8, outages_per_year=1)).causes[1]
    chain = power_chain(text("defaults", "hosting", "backup"), grid_named(DEFAULT), 8 * number("chips", "h100-sxm", "allin_kw_per_gpu") / 1_000)
    assert default.off_s == pytest.approx(3_600 * chain.outage_hours + number("defaults", "training", "boot_s"))


def test_a_spare_machine_stands_in_for_those_that_are_replaced():
    rest, replaced = settle(RunCase(gpus=16_384, spares=3)).causes
    assert replaced.spares == 3
    assert replaced.rate_per_s / (rest.rate_per_s + replaced.rate_per_s) == pytest.approx(289 / 419)


@pytest.mark.parametrize(
    ("case", "what"),
    [
        ({"gpus": 0}, "gpus"),
        ({"gpus": 1.5}, "gpus"),
        ({"gpus": 8, "mttf_gpu_hours": 0}, "mttf_gpu_hours"),
        ({"gpus": 8, "checkpoint_s": -1}, "checkpoint_s"),
        ({"gpus": 8, "outages_per_year": -1}, "outages_per_year"),
        ({"gpus": 8, "restart_s": math.nan}, "restart_s"),
        ({"gpus": 8, "spares": 1.5}, "spares"),
        ({"gpus": 8, "repair_hours": 3}, "goes with spares"),
        ({"gpus": 8, "notice_s": 3}, "goes with curtailments_per_year"),
    ],
)
def test_refuses(case, what):
    with pytest.raises(InputError, match=what):
        settle(RunCase(**case))
