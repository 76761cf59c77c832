from dataclasses import replace

import pytest

from wattmint.calculators.backup.nines import steps
from wattmint.calculators.backup.rank import site_backup
from wattmint.report.building.backup_words import (
    HEAD,
    STEP_HEAD,
    TRAINING_HEAD,
    asked,
    available,
    bill_rows,
    bills_table,
    chain_rows,
    headline,
    main_tenants,
    sentences,
    step_rows,
    steps_table,
    tenant_head,
    training_rows,
)
from wattmint.report.digits import usd
from wattmint.scenario.model import Scenario


@pytest.fixture(scope="module")
def found():
    builds = [{"name": "host", "parts": [{"kind": "hosting"}]}]
    power = {"fixed_usd_per_mwh": 40.0, "weather": "midland-tmy3"}
    site = Scenario.of({"name": "Small site", "site": {"power_mw": 20.0}, "power": power, "study": {"start": "2026-12"}, "builds": builds})
    return site_backup(site, years=300, seed=1)


def test_availabilities_have_as_many_digits_as_nines():
    assert [available(share) for share in (0.9987, 0.99992, 0.9999873, 0.5, 1.0)] == ["99.87 %", "99.9920 %", "99.9987 %", "50 %", "100 %"]


def test_rows_stand_under_their_heads_and_add_up(found):
    for bills in found.tenants:
        rows = bill_rows(bills)
        assert {len(row) for row in rows} == {len(HEAD)}
        assert [row[0] for row in rows] == [one.backup for one in bills.bills]
        for row in rows:
            assert sum(float(cell.replace(",", "")) for cell in row[5:10]) == pytest.approx(float(row[10].replace(",", "")), abs=0.3)
        assert {len(row) for row in step_rows(bills)} == {len(STEP_HEAD)}
        assert bills_table(bills).rows == tuple(rows)
    assert steps_table(found.tenants[0]).head == STEP_HEAD
    assert len(training_rows(found)) == 8
    assert dict(chain_rows(found))["ups-only"] == "One feed, uninterruptible supply, no generators"
    assert {len(row) for row in training_rows(found)} == {len(TRAINING_HEAD)}


def test_one_ranking_per_workload(found):
    assert [bills.tenant.workload for bills in main_tenants(found)] == ["mining", "serving", "training", "hosting"]
    assert main_tenants(found)[2] is found.tenants[2]


def test_sentences_say_who_should_buy_what(found):
    said = sentences(found)
    mining, bare = found.tenants[0], found.tenants[0].of("none")
    assert said[0].startswith(f"mining should buy no backup: outages cost it {usd(bare.outages_usd)} a year")
    assert said[0].endswith(f"none is cheaper by {usd(mining.bills[1].total_usd - bare.total_usd)}")
    serving = found.tenants[1]
    assert said[1].startswith(f"serving should buy {serving.cheapest.backup}")
    assert usd(serving.cheapest.owned_usd) in said[1]
    assert "of 8 cases" in said[4]
    assert "if it is serving" in said[5]
    (rare,) = [bills for bills in found.tenants if bills.tenant.interval_h == 24.0 and bills.tenant.run.gpus == 512.0]
    assert f"{rare.cheapest.backup} for" in said[4]
    assert "512 GPUs with 24 h between checkpoints" in said[4]
    assert f"takes {found.tenants[-1].promised.backup}, {usd(found.tenants[-1].promised.owned_usd)} a year" in said[6]
    assert "within two standard errors" in said[-1]
    off = tuple(replace(one, simulated_usd=one.outages_usd + 9.0 * one.standard_error_usd) for one in mining.bills)
    assert sentences(replace(found, tenants=(replace(mining, bills=off),)))[-1].startswith("simulation and formula are apart")
    assert "too few simulated years" in sentences(replace(found, years=2, tenants=found.tenants[:1]))[-1]
    assert "none for mining" in headline(found)
    assert "300 simulated years, seed 1" in asked(found)
    assert "40 minutes pass from power to work" in tenant_head(found.tenants[1])
    assert "the lease goes on" in tenant_head(found.tenants[-1])


def test_a_target_that_the_bare_grid_keeps_takes_no_backup(found):
    mining = found.tenants[0]
    low = replace(found, target=0.9, tenants=(replace(mining, promised=mining.of("none")),))
    assert f"90 % takes no backup: the bare grid comes to {available(mining.of('none').availability)}" in sentences(low)


def test_heads_say_why_an_hour_costs_nothing(found):
    mining = found.tenants[0]
    idle = replace(mining, tenant=replace(mining.tenant, usd_per_h=0.0))
    assert "an hour earns no more than its power costs" in tenant_head(idle)
    assert "the lease goes on" not in tenant_head(idle)


def test_means_that_hang_on_no_chance_say_nothing_of_agreement(found):
    mining = found.tenants[0]
    sure = tuple(replace(one, simulated_usd=1.01 * one.outages_usd, standard_error_usd=1e-12 * one.outages_usd) for one in mining.bills)
    assert "too few simulated years" in sentences(replace(found, tenants=(replace(mining, bills=sure),)))[-1]


def test_means_that_hang_on_a_few_bad_years_are_not_held_against_the_formula(found):
    mining = found.tenants[0]
    said = []
    for share in (0.19, 0.21):
        rough = tuple(replace(one, simulated_usd=3.0 * one.outages_usd, standard_error_usd=3.0 * share * one.outages_usd) for one in mining.bills)
        said.append(sentences(replace(found, tenants=(replace(mining, bills=rough),)))[-1])
    assert said[0].startswith("simulation and formula are apart")
    assert "means not known to 20%" in said[1]


def test_another_ranking_gives_other_words(found):
    mining = found.tenants[0]
    dearer = [replace(one, lines={**one.lines, "hours lost": 100.0 * one.owned_usd + 1e9 * (one.backup == "none")}) for one in mining.bills]
    dearer.sort(key=lambda one: one.total_usd)
    turned = replace(mining, bills=tuple(dearer), steps=steps(dearer), promised=None)
    said = sentences(replace(found, tenants=(turned,)))
    assert said[0].startswith("mining should buy dual-feed: outages on the bare grid cost it $1,000M")
    assert "no chain reaches 99.99 % on this grid" in said[1]
    assert len(said) == 3
