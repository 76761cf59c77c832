from dataclasses import asdict

from wattmint.calculators.mining.fleet import mine, payout_of
from wattmint.calculators.mining.league import league
from wattmint.calculators.mining.life import life_result, plan_of
from wattmint.calculators.mining.pools import over_days
from wattmint.calculators.mining.static import case_of_machine
from wattmint.cli.mine_words import case_words, league_words, market_line
from wattmint.market.snapshot import market_snapshot
from wattmint.scenario.model import Market


def said(**given: float) -> str:
    case = case_of_machine(None, market_snapshot(Market()), **given)
    return case_words({**asdict(mine(**given)), "case": asdict(case), "machines": {}})


def test_a_machine_without_a_price():
    text = said(hashrate_ths=100.0, power_w=5000.0, count=2)
    assert text.startswith("2 machines: 200 TH/s, 10 kW, 50.0 J/TH\n")
    assert text.endswith("payback unknown: no price is known for the machines; give --capex-usd")


def test_never_is_said():
    text = said(hashrate_ths=100.0, power_w=3000.0, power_price_usd_per_kwh=0.2)
    assert text.startswith("1 machine: 100 TH/s, 3 kW, 30.0 J/TH\n")
    assert text.endswith("never pays back 118 USD")


def test_the_league_says_never_and_unknown():
    lines = league_words(league(market_snapshot(Market()))).splitlines()
    assert any(" never " in line for line in lines)
    assert any(" none " in line and " - " in line for line in lines)


def test_the_market_has_its_date():
    assert market_line(market_snapshot(Market())).startswith("market of 2026-10-03 (mineforge-2026-10): 84,700 USD/BTC, difficulty ")


def test_life_and_plan():
    snapshot = market_snapshot(Market())
    for price, off, plan in ((0.03, False, "breaks even in"), (0.11, True, "breaks even in"), (0.2, True, "never breaks even")):
        case = case_of_machine("antminer-s21-xp", snapshot, power_price_usd_per_kwh=price)
        life, judged = asdict(life_result(case, snapshot.height, 60)), asdict(plan_of(case, 100.0, 30.0))
        answer = {**asdict(mine("antminer-s21-xp", power_price_usd_per_kwh=price)), "case": asdict(case), "machines": {"antminer-s21-xp": 1}}
        *_, life_line, plan_line = case_words({**answer, "life": life, "plan": judged}).splitlines()
        assert life_line.startswith("life of 1,826 days at this difficulty, halvings: day 558: ")
        assert ("when switched off" in life_line) is off
        assert plan_line.startswith(f"plan: {plan}")


def test_luck():
    case = case_of_machine("antminer-s21-xp", market_snapshot(Market()), pool_scheme="solo")
    paid = payout_of(case)
    pool = {**asdict(paid), "days_30": asdict(over_days(paid, 30.0))}
    line = case_words({**asdict(mine("antminer-s21-xp")), "case": asdict(case), "machines": {}, "pool": pool}).splitlines()[-1]
    assert line.startswith("solo: luck carried by the miner; a day's pay ")
