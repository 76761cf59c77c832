from dataclasses import replace

import pytest

from wattmint.calculators.backup.nines import frontier
from wattmint.calculators.backup.rank import live, money_of, plain, ranked, site_backup
from wattmint.calculators.backup.tenants import WORKLOADS
from wattmint.errors import InputError
from wattmint.facility.grid import DEFAULT, grid_named
from wattmint.facts.load import table


def test_every_chain_stands_for_every_tenant_the_cheapest_first(answer):
    assert [bills.tenant.workload for bills in answer.tenants] == ["mining", "serving", *["training"] * 8, "hosting"]
    for bills in answer.tenants:
        assert {one.backup for one in bills.bills} == set(table("backup"))
        totals = [one.total_usd for one in bills.bills]
        assert totals == sorted(totals)
        assert bills.cheapest is bills.bills[0]
        assert bills.of("none").owned_usd == 0.0
        assert len(bills.steps) == len(frontier(bills.bills)) - 1


def test_formula_and_simulation_agree_for_every_tenant_and_chain(answer):
    for bills in answer.tenants:
        for one in bills.bills:
            assert abs(one.simulated_usd - one.outages_usd) <= 5.0 * one.standard_error_usd + 0.01 * one.outages_usd


def test_mining_needs_none_and_the_numbers_say_so(answer):
    mining = answer.tenants[0]
    assert mining.cheapest.backup == "none"
    assert mining.cheapest.total_usd < min(one.owned_usd for one in mining.bills if one.backup != "none")


def test_the_promise_is_the_cheapest_to_own_that_keeps_it(answer):
    for bills in answer.tenants:
        keep = [one for one in bills.bills if one.availability >= answer.target]
        assert bills.promised == min(keep, key=lambda one: one.owned_usd)


def test_the_same_seed_gives_the_same_bits_and_another_does_not(site):
    first, again, other = (site_backup(site, years=200, seed=seed, workloads=("training",), training_gpus=512).tenants for seed in (1, 1, 2))
    assert first == again
    assert first[0].bills[0].simulated_usd != other[0].bills[0].simulated_usd
    assert first[0].bills[0].lines == other[0].bills[0].lines


def test_one_tenant_by_itself(answer, site):
    hosting, terms = answer.tenants[-1], money_of(site)[0]
    load = (hosting.tenant.it_mw, hosting.tenant.load_share)
    chains = [live(name, grid_named(DEFAULT), *load, years=answer.years, seed=answer.seed) for name in ("n", "2n")]
    found = ranked(hosting.tenant, chains, terms, seed=answer.seed)
    assert found.of("2n") == hosting.of("2n")
    assert len(found.bills) == 2


def test_plain_values_hold_sums_prices_and_inputs(answer):
    found = plain(answer)
    assert (found["site"], found["money"]["discount_rate"], len(found["inputs"])) == ("small site", 0.1, len(answer.inputs))
    for row, bills in zip(found["tenants"], answer.tenants, strict=True):
        assert row["cheapest"] == bills.cheapest.backup
        assert row["promised"] == bills.promised.backup
        assert [one["total_usd"] for one in row["bills"]] == [one.total_usd for one in bills.bills]
        assert [one["bad_years_usd"] for one in row["bills"]] == [tuple(one.owned_usd + tail for tail in one.tail_usd) for one in bills.bills]
        assert [one["usd_per_nine"] for one in row["steps"]] == [one.usd_per_nine for one in bills.steps]
        assert "inputs" not in row["tenant"]


def test_inputs_name_their_sources(answer):
    used = {one.name: one for one in answer.inputs}
    assert used["discount_rate"].value == 0.1
    assert used["credit_multiple"].source == "cherryroad-sla"
    assert {"component_usd_per_mw", "saifi_per_year", "hall_usd_per_m2", "boot_s"} <= set(used)


@pytest.mark.parametrize(
    ("words", "what"), [({"years": 99}, "--years"), ({"seed": -1}, "--seed"), ({"target": 1.0}, "--target"), ({"training_gpus": 1}, "training_gpus")]
)
def test_refuses(site, words, what):
    with pytest.raises(InputError, match=what):
        site_backup(site, **{"years": 100, "workloads": WORKLOADS, **words})


def test_more_losses_than_fit_into_memory_are_refused(site):
    often = replace(grid_named(DEFAULT), hazards=tuple(one._replace(per_hour=one.per_hour * 1_000.0) for one in grid_named(DEFAULT).hazards))
    assert live("none", often, 10.0, 1.0, years=100, seed=0).years.years == 100
    with pytest.raises(InputError, match=r"--years = 10000: at most \d+ on a grid that fails [\d,]+ times a year"):
        live("none", often, 10.0, 1.0, years=10_000, seed=0)
