import pytest

from wattmint.errors import ScenarioError
from wattmint.facts.load import number
from wattmint.workloads.firm import plan_halls
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.owned import plan_owned, terms_of

B200 = {"kind": "rental", "accelerator": "b200-sxm"}
KW = 2.0


@pytest.fixture(scope="module")
def owned_of(scenario_of, library):
    def owned(built_kw=KW, load_share=0.8, **keys):
        scenario = scenario_of({**B200, **keys})
        book = InputBook(scenario.builds[0].parts[0])
        return scenario, book, plan_owned(book, scenario, library, "b200-sxm", built_kw, load_share)

    return owned


def test_the_halls_are_filled_with_a_whole_number(owned_of, library):
    scenario, book, owned = owned_of()
    halls = plan_halls(InputBook(book.part), scenario, library, 0.8)
    assert owned.shared["it_mw"] == pytest.approx(owned.count * KW / 1e3)
    assert owned.shared["it_mw"] <= halls.it_mw < owned.shared["it_mw"] + KW / 1e3
    assert owned_of(2.0 * KW)[2].count in (owned.count // 2, owned.count // 2 - 1)


def test_backup_serves_more_hours_and_credits_less(owned_of):
    bare, backed = (owned_of(backup=name)[2] for name in ("none", "2n"))
    assert bare.served_share < backed.served_share < 1.0
    assert bare.credit_share > backed.credit_share >= 0.0


def test_terms_by_hand(owned_of):
    scenario, book, owned = owned_of(accelerator_usd=50_000.0, network_storage_share=0.2, refresh_months=48, salvage_share=0.5)
    terms = terms_of(book, scenario, "b200-sxm", owned, 1_000.0, 36)
    assert terms.accelerators_usd == pytest.approx(owned.count * 60_000.0)
    assert terms.revenue_usd_per_month == pytest.approx(1_000.0 * 8_766.0 / 12.0)
    assert (terms.refresh_months, terms.term_months, terms.salvage_share) == (48, 36, 0.5)
    assert terms.discount_rate == scenario.money.discount_rate


def test_what_is_not_given_is_the_tables_and_is_remembered(owned_of):
    scenario, book, owned = owned_of()
    terms = terms_of(book, scenario, "b200-sxm", owned, 1.0, 1)
    assert terms.refresh_months == number("defaults", "rental", "refresh_months")
    assert {"backup", "cooling", "refresh_months", "accelerator_usd", "network_storage_share"} <= {used.name for used in book.used}


def test_a_part_that_feeds_not_even_one_is_refused(owned_of):
    assert owned_of(1e3)[2].count > 0
    with pytest.raises(ScenarioError, match="accelerator"):
        owned_of(1e6)
