import polars as pl
import pytest

from wattmint.errors import SeriesError
from wattmint.market.files import columns_of, numbers, pick_column, read_table, row_count

ROWS = ["utc,price", "2024-01-01T00:00Z,10", "2024-01-01T01:00Z,-3.5"]


def test_reads_csv_and_points_at_lines(write_csv):
    table = read_table(write_csv(ROWS), "prices")
    assert numbers(table, "price", "a number", -10, 10).tolist() == [10.0, -3.5]
    assert table.place(1, "price") == "prices.csv, line 3, price"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_reads_other_separators(write_csv, separator):
    table = read_table(write_csv([row.replace(",", separator) for row in ROWS]), "prices")
    assert table.frame.columns == ["utc", "price"]


def test_reads_a_byte_order_mark_and_blank_lines(write_csv):
    table = read_table(write_csv(["\ufeff" + ROWS[0], ROWS[1], "", ROWS[2], ""]), "prices")
    assert table.frame.columns == ["utc", "price"]
    assert table.row.tolist() == [2, 4]


def test_reads_parquet_and_points_at_rows(tmp_path):
    pl.DataFrame({"utc": ["a", "b"], "price": [1, 2]}).write_parquet(tmp_path / "prices.parquet")
    table = read_table(tmp_path / "prices.parquet", "prices")
    assert numbers(table, "price", "a number", 0, 5).tolist() == [1.0, 2.0]
    assert table.place(1, "price") == "prices.parquet, row 2, price"


def test_refuses_a_missing_file(tmp_path):
    with pytest.raises(SeriesError, match=r"prices = 'nowhere\.csv': no such file in"):
        read_table(tmp_path / "nowhere.csv", "prices")


@pytest.mark.parametrize("lines", [["utc,price"], ["utc,price", "", ""]])
def test_refuses_a_file_without_rows(write_csv, lines):
    with pytest.raises(SeriesError, match="has no rows"):
        read_table(write_csv(lines), "prices")


def test_refuses_an_empty_file(tmp_path):
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(SeriesError, match="must be a CSV or Parquet table"):
        read_table(tmp_path / "empty.csv", "prices")


def test_refuses_ragged_lines_and_foreign_bytes(write_csv, tmp_path):
    with pytest.raises(SeriesError, match="must be a CSV or Parquet table"):
        read_table(write_csv([*ROWS, "1,2,3"]), "prices")
    (tmp_path / "bytes.csv").write_bytes(b"utc,price\n\xff\xfe,1\n")
    with pytest.raises(SeriesError, match="must be a CSV or Parquet table"):
        read_table(tmp_path / "bytes.csv", "prices")
    (tmp_path / "no.parquet").write_text("utc,price\n1,2\n")
    with pytest.raises(SeriesError, match="must be a CSV or Parquet table"):
        read_table(tmp_path / "no.parquet", "prices")


@pytest.mark.parametrize(("cell", "shown"), [("abc", "'abc'"), ("", "''"), ("NaN", "'NaN'"), ("inf", "'inf'"), ("1,5", "'1,5'"), ("99", "'99'")])
def test_refuses_a_bad_number_with_its_line(write_csv, cell, shown):
    table = read_table(write_csv([*ROWS, f'2024-01-01T02:00Z,"{cell}"']), "prices")
    with pytest.raises(SeriesError) as refused:
        numbers(table, "price", "a price from -50 to 50", -50, 50)
    assert str(refused.value).startswith(f"prices.csv, line 4, price = {shown}: a price from -50 to 50")


def test_refuses_a_column_that_holds_no_numbers(tmp_path):
    pl.DataFrame({"price": [True, False]}).write_parquet(tmp_path / "p.parquet")
    with pytest.raises(SeriesError, match="a column of numbers"):
        numbers(read_table(tmp_path / "p.parquet", "prices"), "price", "a price", 0, 1)


@pytest.mark.parametrize("name", ["price", "LMP", "Price USD/MWh", "Settlement Point Price", "price_usd_per_mwh"])
def test_finds_a_column_by_its_usual_names(write_csv, name):
    table = read_table(write_csv([f'utc,"{name}",other', "a,1,2"]), "prices")
    assert pick_column(table, "price") == name


def test_takes_the_column_given(write_csv):
    table = read_table(write_csv(["utc,price,lmp", "a,1,2"]), "prices")
    assert pick_column(table, "price", "lmp", "price_column") == "lmp"


def test_refuses_ambiguous_absent_and_repeated_columns(write_csv):
    table = read_table(write_csv(["utc,price,lmp", "a,1,2"]), "prices")
    with pytest.raises(SeriesError, match=r"'price and lmp': .*name it in price_column; its columns are utc, price, lmp"):
        pick_column(table, "price", None, "price_column")
    with pytest.raises(SeriesError, match=r"price_column = 'cost': a column of prices\.csv; its columns are utc, price, lmp"):
        pick_column(table, "price", "cost", "price_column")
    with pytest.raises(SeriesError, match=r"prices\.csv, wet-bulb column = 'none found': .*call it t_wet_c or .*its columns are utc, price, lmp"):
        pick_column(table, "wet-bulb")
    repeated = read_table(write_csv(["utc,price,price", "a,1,2"], "twice.csv"), "prices")
    with pytest.raises(SeriesError, match="one column"):
        pick_column(repeated, "price", None, "price_column")


def test_columns_by_their_usual_names(write_csv):
    table = read_table(write_csv(["Time,Relative Humidity,rh (%)", "2024-01-01T00:00Z,50,50"]), "weather")
    assert columns_of(table, "time") == ["Time"]
    assert columns_of(table, "humidity") == ["Relative Humidity", "rh (%)"]
    assert columns_of(table, "pressure") == []


def test_rows_are_counted_in_words():
    assert [row_count(rows) for rows in (1, 2, 8760)] == ["1 row", "2 rows", "8,760 rows"]
