import pytest

from wattmint.calculators.serving.case import serve
from wattmint.calculators.serving.money import terms
from wattmint.calculators.serving.plan import Demand, plan
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import table
from wattmint.serving.limits import LARGEST_COPY, Limits, copies
from wattmint.serving.names import accelerator_of, architecture_of

FIVE_BILLION = Demand(model="llama-3.1-70b", tokens_per_day=5e9, isl=1024, osl=1024, limits=Limits(2000.0, 40.0))
FEW = ("h200", "B200", "MI355X", "T4", "tpu-v6e")


@pytest.fixture(scope="module")
def found():
    return plan(FIVE_BILLION, terms(), FEW)


def test_the_cheapest_is_first_and_what_has_no_price_last(found):
    prices = [row.usd_per_mtok for row in found.rows]
    assert prices[-1] is None
    assert prices[:-1] == sorted(prices[:-1])
    assert {row.gpu for row in found.rows} == {"h200-sxm", "b200-sxm", "mi355x", "tpu-v6e"}
    (cannot,) = found.unsuitable
    assert cannot.gpu == "t4"
    assert "does not fit" in cannot.reason or "that fast" in cannot.reason


def test_each_plan_serves_the_demand_with_no_copy_too_many(found):
    plant = terms()
    for row in found.rows:
        full = row.output_tokens_per_s_per_gpu * row.gpus
        written = 2.5e9 / 86_400
        assert row.utilisation == pytest.approx(written / full)
        assert row.utilisation <= plant.utilisation
        assert written > plant.utilisation * full * (row.replicas - 1) / row.replicas
        assert row.gpus == row.replicas * row.tp * row.pp * row.dp
        assert row.tpot_ms <= 40.0
        assert row.ttft_ms <= 2000.0
        assert row.site_mw == pytest.approx(row.it_mw * plant.pue)


def test_costs_meet_those_of_the_door(found):
    row = found.rows[0]
    layout = {name: getattr(row, name) for name in ("tp", "pp", "ep", "dp")}
    asked = layout | {"gpus": row.tp * row.pp * row.dp, "precision": row.precision, "concurrency": row.concurrency}
    one = serve("llama-3.1-70b", row.gpu, utilisation=row.utilisation, **asked)
    assert one.costs["usd_per_mtok"] == pytest.approx(row.usd_per_mtok)
    assert row.usd_per_day == pytest.approx(row.usd_per_mtok * 5000.0)
    assert 0.5 * (row.usd_per_mtok_input + row.usd_per_mtok_output) == pytest.approx(row.usd_per_mtok)


def test_copies_stay_within_links_or_a_server():
    arch = architecture_of("llama-3.1-70b")[1]
    assert {one.replicas for one in copies(arch, accelerator_of("gb200")[1])} == {1}
    assert max(one.gpus for one in copies(arch, accelerator_of("gb200")[1])) == LARGEST_COPY
    assert max(one.gpus for one in copies(arch, accelerator_of("l40s")[1])) == 8


def test_every_accelerator_of_the_table_is_looked_at_once():
    tiny = plan(Demand(model="llama-3.1-8b", tokens_per_day=1e6, isl=512, osl=128, limits=Limits()), terms())
    assert sorted([*(row.gpu for row in tiny.rows), *(row.gpu for row in tiny.unsuitable)]) == sorted(table("chips"))
    assert all(one.reason for one in tiny.unsuitable)
    assert {row.precision for row in tiny.rows} == {"fp8", "bf16"}


def test_what_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean"):
        plan(FIVE_BILLION, terms(), ["h2000"])
    with pytest.raises(InputError, match="tokens_per_day = 0"):
        plan(Demand(model="llama-3.1-8b", tokens_per_day=0, isl=1, osl=1, limits=Limits()), terms(), ["h200"])
