import json

import pytest

from wattmint.cli.main import main

LITECOIN = ["mine", "coin", "litecoin", "--machine", "antminer-l9", "--coin-usd", "100", "--difficulty", "9e7", "--height", "2900000"]
MERGED = ["--merged", "dogecoin", "--merged-usd", "0.2", "--merged-difficulty", "4e7"]


def test_json_has_both_coins(capsys):
    assert main([*LITECOIN, *MERGED, "--power-price", "50", "--pool-fee", "0", "--uptime", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found["coins_per_day"]) == ["LTC", "DOGE"]
    # 0.016 TH/s for a day over 9e7 (4e7) times 2^48 / 0xffff hashes per block, 6.25 LTC and 10,000 DOGE per block
    hashes_per_day = 0.016e12 * 86_400
    assert found["coins_per_day"]["LTC"] == pytest.approx(hashes_per_day / (9e7 * 2**48 / 0xFFFF) * 6.25)
    assert found["coins_per_day"]["DOGE"] == pytest.approx(hashes_per_day / (4e7 * 2**48 / 0xFFFF) * 10_000)
    assert found["power_cost_usd_per_day"] == pytest.approx(3.36 * 24 * 0.05)
    assert found["profit_usd_per_day"] == pytest.approx(sum(found["usd_per_day"].values()) - 3.36 * 24 * 0.05)


def test_words(capsys):
    assert main([*LITECOIN, *MERGED, "--power-price", "50", "--capex-usd", "5000", "--count", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("a day earns 0.042494 LTC (4.25 USD) + 152.98 DOGE (30.60 USD)")
    assert lines[1].startswith("power costs 7.82 USD, profit ")
    assert lines[2].endswith("of today's coin prices")
    assert lines[3].startswith("pays back in ")
    assert main(LITECOIN) == 0
    assert "LTC" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["mine", "coin", "litcoin", "--coin-usd", "1", "--difficulty", "1e6"], "did you mean 'litecoin'"),
        (["mine", "coin", "litecoin", "--difficulty", "1e6"], "--coin-usd = (left out): needed"),
        (["mine", "coin", "litecoin", "--coin-usd", "100", "--difficulty", "9e7"], "give its block height or the subsidy"),
        ([*LITECOIN, "--merged", "dogecoin"], "--merged-usd = (left out)"),
        ([*LITECOIN, "--merged-usd", "0.2"], "goes with --merged"),
        ([*LITECOIN, "--merged-difficulty", "4e7"], "goes with --merged"),
        ([*LITECOIN, "--machine", "antminer-s21-xp"], "Litecoin needs a scrypt machine"),
        ([*LITECOIN, "--pool-fee", "2"], "pool_fee = 2.0"),
    ],
)
def test_refusals_are_one_line(capsys, words, why):
    assert main(words) == 2
    captured = capsys.readouterr()
    assert why in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
