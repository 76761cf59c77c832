import math
from dataclasses import replace

from wattmint.provenance import UsedInput
from wattmint.report.tables import (
    cash_table,
    causes_table,
    duration_table,
    flips_table,
    heat_table,
    input_rows,
    map_table,
    market_rows,
    payback_table,
    pieces,
    source_numbers,
    used_rows,
)  # fmt: skip
from wattmint.report.theme import badges


def _rectangular(table):
    return all(len(row) == len(table.head) for row in table.rows)


def test_all_tables_are_rectangular(verdict, median_verdict):
    for each, single in ((verdict, False), (median_verdict, True)):
        tables = [cash_table(each, single), payback_table(each), flips_table(each), map_table(each, badges(each))]
        tables += [duration_table(each.hours), heat_table(each.hours), *(causes_table(build) for build in each.builds)]
        assert all(_rectangular(table) and table.rows for table in tables)


def test_cash_by_year_with_bands(verdict, median_verdict):
    table = cash_table(verdict, single=False)
    assert [row[0] for row in table.rows] == [str(year) for year in range(11)]
    assert " to " in table.rows[5][2]
    assert " to " not in "".join(cash_table(median_verdict, single=True).rows[5])


def test_payback_table_ends_with_never(verdict):
    assert payback_table(verdict).rows[-1][0] == "never"


def test_causes_table_keeps_every_line_and_sums_them(verdict):
    table = causes_table(verdict.builds[0])
    assert [row[0] for row in table.rows] == [*verdict.builds[0].lines_by_year_usd, "net"]
    assert table.head[-1] == "Total"


def test_heat_table_says_which_cells_hold_no_hours(verdict):
    holes = ((math.nan,) * 24, *verdict.hours.on_share[1:])
    assert heat_table(replace(verdict.hours, on_share=holes)).rows[0][1] == "n/a"


def test_flips_table(verdict):
    rows = flips_table(verdict).rows
    assert rows[0] == ("bitcoin price", "$95,400", "$182,000", "+91%", "Mine bitcoin", "$23,800 to $382,000")
    assert rows[1][2:5] == ("no change", "", "")
    assert rows[2][0] == "GPU rental (H100 SXM)"


def test_inputs_stand_once_with_all_their_users(verdict):
    rows = input_rows(verdict)
    salvage = next(row for row in rows if row.key == "salvage_share")
    assert salvage.used_by == ("Mine bitcoin", "Host AI tenants", "Own and rent GPUs", "60/40 mining + hosting")
    assert salvage.kind == "estimate"
    assert salvage.number == source_numbers(verdict.sources)["works-2026"] == 6
    assert rows[0].label == "Power of the grid connection"
    assert rows[0].used_by == ()
    assert len([row for row in rows if row.key == "construction_months"]) == 3


def test_input_of_site_and_build_alike_belongs_to_the_site(verdict):
    shared = UsedInput("inflation", 0.025, "1/year", "site file", "default")
    builds = (replace(verdict.builds[0], inputs=(shared,)), verdict.builds[-1])
    rows = [row for row in input_rows(replace(verdict, builds=builds)) if row.key == "inflation"]
    assert [row.used_by for row in rows] == [()]


def test_unknown_names_and_sources_are_shown_as_they_are(verdict):
    odd = UsedInput("phase_of_moon", 0.5, "share", "almanac", "estimate")
    row = input_rows(replace(verdict, inputs=(odd,)))[0]
    assert (row.label, row.key, row.source, row.number) == ("phase of moon", "phase_of_moon", "almanac", None)


def test_advice_to_writers_of_site_files_is_left_out(verdict):
    labels = {row.key: row.label for row in input_rows(verdict)}
    assert labels["machine"] == "Mining machine"
    assert labels["capital_usd"] == "Capital the owner can put in"


def test_market_rows_carry_their_date(verdict):
    row = market_rows(verdict.market, verdict.sources)[1]
    assert (row.value, row.as_of, row.number, row.kind) == ("1.241 x 10^14", "2026-10-31", 4, "measured")


def test_pieces_find_addresses_and_lose_nothing():
    text = "A, https://example.com/a?b=1&c=(2). And http://example.org/x; javascript:alert(1) end"
    parts = pieces(text)
    assert "".join(piece for piece, _ in parts) == text
    assert [piece for piece, link in parts if link] == ["https://example.com/a?b=1&c=(2", "http://example.org/x"]
    assert pieces("no address") == [("no address", False)]


def test_what_is_assumed_about_the_world_keeps_its_kind(verdict):
    rows = used_rows(verdict.world_inputs, verdict.sources)
    assert [(row.key, row.kind) for row in rows] == [("annual_volatility", "measured"), ("half_life_months", "estimate")]
    assert all(row.number is not None for row in rows)
