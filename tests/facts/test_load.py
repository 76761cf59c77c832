import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import FactsError, UnknownNameError
from wattmint.facts import load

GOOD = "n,availability,0.99671,0.996,0.998,share,uptime-tier-assumptions,published,2025"


def test_a_row_is_read(backup):
    fact = backup(GOOD)["n"]["availability"]
    assert (fact.table, fact.id, fact.value, fact.low, fact.high, fact.as_of) == ("backup", "n", 0.99671, 0.996, 0.998, "2025")


def test_low_and_high_may_be_left_out(backup):
    fact = backup("n,availability,0.99671,,,share,uptime-tier-assumptions,published,2025-01-31")["n"]["availability"]
    assert fact.low is None
    assert fact.high is None


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("n,availability,0.99671,,,,uptime-tier-assumptions,published,2025", "no unit"),
        ("n,availability,0.99671,,,share,,published,2025", "no source"),
        ("n,availability,0.99671,,,share,uptime-tier-assumptions,,2025", "no kind"),
        ("n,availability,0.99671,,,share,uptime-tier-assumptions,published,", "no as_of"),
        ("n,availability,,,,share,uptime-tier-assumptions,published,2025", "no value"),
        (",availability,0.99671,,,share,uptime-tier-assumptions,published,2025", "no id"),
        ("n,,0.99671,,,share,uptime-tier-assumptions,published,2025", "no attribute"),
        ("n,avail,0.99671,,,share,uptime-tier-assumptions,published,2025", "'avail' is not in attributes.csv"),
        ("n,availability,99.671,,,%,uptime-tier-assumptions,published,2025", "its unit is 'share'"),
        ("n,availability,1.1,,,share,uptime-tier-assumptions,published,2025", "outside"),
        ("n,availability,0.99671,0.5,,share,uptime-tier-assumptions,published,2025", "outside"),
        ("n,availability,0.99671,,1.5,share,uptime-tier-assumptions,published,2025", "outside"),
        ("n,availability,0.99671,0.998,,share,uptime-tier-assumptions,published,2025", "its own low and high"),
        ("n,availability,0.99671,,0.99,share,uptime-tier-assumptions,published,2025", "its own low and high"),
        ("n,availability,0.99671,,,share,somebody,published,2025", "'somebody' is not in sources.csv"),
        ("n,availability,0.99671,,,share,uptime-tier-assumptions,guess,2025", "kind 'guess'"),
        ("n,availability,0.99671,,,share,uptime-tier-assumptions,published,lately", "as_of 'lately'"),
        ("n,availability,0.99671,,,share,uptime-tier-assumptions,published,2025-13", "as_of '2025-13'"),
        ("N 1,availability,0.99671,,,share,uptime-tier-assumptions,published,2025", "id 'N 1'"),
        ("n,availability,much,,,share,uptime-tier-assumptions,published,2025", "'much' is not a number"),
        ("n,availability,nan,,,share,uptime-tier-assumptions,published,2025", "not finite"),
        ("n,planned_hours,inf,,,h,uptime-tier-assumptions,published,2025", "not finite"),
        ("n,name,N,1,2,text,uptime-tier-assumptions,published,2025", "holds words"),
        ("n,availability,0.99671,share,uptime-tier-assumptions,published,2025", "cells"),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(backup, row, why):
    with pytest.raises(FactsError, match=r"backup\.csv:3: ") as caught:
        backup("n,name,N,,,text,uptime-tier-assumptions,published,2025", row)
    assert why in str(caught.value)


def test_the_same_attribute_twice_is_refused(backup):
    with pytest.raises(FactsError, match=r"backup\.csv:3: 'n' has 'availability' twice"):
        backup(GOOD, GOOD)


def test_another_header_is_refused(folder):
    (folder / "backup.csv").write_text("id,attribute,value\n", encoding="utf-8")
    with pytest.raises(FactsError, match=r"backup\.csv:1: the header must be"):
        load.table("backup")


@pytest.mark.parametrize(
    ("file", "row", "why"),
    [
        ("attributes.csv", "speed,,0,1,How fast", "needs a name, a unit and a meaning"),
        ("attributes.csv", "speed,m/s,0,1,", "needs a name, a unit and a meaning"),
        ("attributes.csv", "speed,m/s,2,1,How fast", "low 2 above high 1"),
        ("attributes.csv", "pool_fee,share,0,1,Again", "'pool_fee' twice"),
        ("sources.csv", "book,A book,,2020", "needs an id, a citation, a licence and a date"),
        ("sources.csv", "mining-pools,Again,facts,2020", "'mining-pools' twice"),
        ("sources.csv", "book,A book,facts,long ago", "as_of 'long ago'"),
    ],
)
def test_a_bad_dictionary_or_bibliography_is_refused(folder, file, row, why):
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write(row + "\n")
    with pytest.raises(FactsError, match=why):
        {"attributes.csv": load.attributes, "sources.csv": load.sources}[file]()


def test_unknown_names_suggest_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'antminer-s21-xp'"):
        load.record("machines", "antminer-s21xp", field="machine")
    with pytest.raises(UnknownNameError, match="table"):
        load.table("machine")
    with pytest.raises(UnknownNameError, match="did you mean 'pool_fee'"):
        load.number("defaults", "mining", "poolfee")
    with pytest.raises(FactsError, match="no attribute 'speed'"):
        load.attribute("speed")


def test_numbers_and_words_are_not_mixed_up():
    assert load.number("machines", "antminer-s21-xp", "hashrate_ths") == 270.0
    assert load.text("machines", "antminer-s21-xp", "maker") == "Bitmain"
    with pytest.raises(FactsError, match="not a number"):
        load.number("machines", "antminer-s21-xp", "maker")
    with pytest.raises(FactsError, match="not text"):
        load.text("machines", "antminer-s21-xp", "hashrate_ths")


def test_the_sources_of_an_answer_stand_once_by_id_and_the_site_file_is_none():
    used = load.sources_used(["mining-pools", "site file", "ai-deals", "mining-pools"])
    assert [one.id for one in used] == ["ai-deals", "mining-pools"]
    assert used[0].citation == load.sources()["ai-deals"].citation
    assert load.sources_used([]) == ()


def test_tables_cannot_be_changed():
    with pytest.raises(TypeError):
        load.table("machines")["new"] = {}
    with pytest.raises(TypeError):
        load.record("machines", "antminer-s21-xp")["power_w"] = None


@given(st.text(max_size=20))
def test_any_unknown_id_is_an_unknown_name(name):
    if name not in load.table("backup"):
        with pytest.raises(UnknownNameError):
            load.record("backup", name)


def test_loading_needs_no_heavy_package():
    heavy = "{'numpy', 'polars', 'pydantic', 'numba'} & set(__import__('sys').modules)"
    code = f"import wattmint.facts.load as load; load.table('machines'); print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_table_of_numbers_is_read_as_such():
    found = load.numbers("serving_fit")
    assert found["shared"]["prefill_mfu"] == load.number("serving_fit", "shared", "prefill_mfu")
    assert {id_: list(row) for id_, row in found.items()} == {id_: list(row) for id_, row in load.table("serving_fit").items()}


def test_a_table_with_words_is_not():
    with pytest.raises(FactsError, match="not a number"):
        load.numbers("coolers")
