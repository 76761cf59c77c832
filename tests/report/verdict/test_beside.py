from dataclasses import replace

import pytest

from wattmint.report.verdict.beside import coin_table, levelised_table, treasury_sentence
from wattmint.report.verdict.page import render
from wattmint.scenario.model import Scenario, Treasury
from wattmint.study import evaluate

SITE = {
    "name": "Small site",
    "site": {"power_mw": 10, "time_zone": "America/Chicago"},
    "power": {"history": [{"prices": "ercot-west-2024", "weather": "midland-tmy3"}]},
    "study": {"start": "2026-12", "horizon_months": 24, "paths": 16, "seed": 7},
    "builds": [
        {"name": "Mine", "parts": [{"kind": "mining", "machine": "antminer-s21-xp"}]},
        {"name": "Host", "parts": [{"kind": "hosting"}]},
    ],
}


@pytest.fixture(scope="module")
def small():
    return Scenario.of(SITE)


@pytest.fixture(scope="module")
def verdict(small):
    return evaluate(small, threads=1)


def test_units_that_few_make_come_first_and_others_have_a_dash(verdict):
    table = levelised_table(verdict)
    assert [row[0] for row in table.rows] == ["USD per PH/s-day", "USD per MWh of IT load"]
    assert table.head == ("Unit", "Mine", "Host")
    assert table.rows[0][2] == "-"
    assert "10%" in table.caption


def test_each_build_stands_beside_its_capital_in_coins(verdict):
    table = coin_table(verdict)
    assert table.head == ("Measure", "Mine", "Host")
    labels = [row[0] for row in table.rows]
    assert {"NPV of the coins", "IRR of the build, before tax and debt", "Chance of loss, coins", "The build is ahead in"} <= set(labels)
    assert "BTC" in table.rows[0][1]


def test_one_future_has_no_chances(verdict):
    assert "Chance of loss, coins" not in [row[0] for row in coin_table(replace(verdict, forecast="median")).rows]


def test_the_treasury_says_what_it_holds(small, verdict):
    assert treasury_sentence(verdict) == ""
    held = evaluate(small.model_copy(update={"treasury": Treasury(coin_policy="hold", hold_share=0.5)}), threads=1)
    said = treasury_sentence(held)
    assert said.startswith("Coins that the treasury still holds")
    assert "Host" not in said
    assert said in render(held).replace("\N{MINUS SIGN}", "-")


def test_the_page_has_both_tables(verdict, read_page):
    text = " ".join("".join(read_page(render(verdict)).text).split())
    assert "What a unit costs" in text
    assert "Buy the coin instead" in text
    assert "not one of the choices" in text
