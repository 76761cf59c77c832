import numpy as np
import pytest

from wattmint.errors import SeriesError, UnknownNameError
from wattmint.facility.grid import DEFAULT, grid_from_log, grid_named
from wattmint.facts.load import number, table
from wattmint.physics.outages import mean_hours, survival
from wattmint.units import HOURS_PER_YEAR


def hazard(grid, name):
    return next(each for each in grid.hazards if each.name == name)


@pytest.fixture
def log(tmp_path):
    """Write a log and return its path."""

    def write(*rows: str, header: str = "start,end") -> str:
        path = tmp_path / "outages.csv"
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        return str(path)

    return write


def months(hours: float = 1.0, count: int = 14) -> list[str]:
    """Rows of start and hours, a month apart, each a little longer than the one before."""
    return [f"20{20 + i // 12}-{i % 12 + 1:02d}-05 06:00,{hours * (1 + i / 10)}" for i in range(count)]


@pytest.mark.parametrize("name", table("grids"))
def test_a_grid_has_the_interruptions_and_hours_of_its_indices(name):
    grid = grid_named(name)
    assert grid.interruptions_per_year == pytest.approx(number("grids", name, "saifi_per_year"))
    assert grid.hours_per_year == pytest.approx(number("grids", name, "saidi_hours"), rel=1e-5)
    assert hazard(grid, "sags").per_hour * HOURS_PER_YEAR == pytest.approx(number("grids", name, "sags_per_year"))
    assert mean_hours(hazard(grid, "momentary").hours) < 5.0 / 60.0


def test_major_events_are_storms_that_strike_both_feeds_and_block_roads():
    storms, ordinary = (hazard(grid_named("us-distribution"), name) for name in ("storms", "sustained"))
    assert storms.storm
    assert not ordinary.storm
    assert storms.common_share > ordinary.common_share
    assert mean_hours(storms.hours) == pytest.approx((7.8 - 2.0) / 0.4, rel=1e-5)
    assert mean_hours(ordinary.hours) == pytest.approx(2.0, rel=1e-5)


def test_transmission_sees_fewer_of_everything_than_distribution():
    line, feeder = grid_named(DEFAULT), grid_named("us-distribution")
    assert all(hazard(line, each.name).per_hour < each.per_hour for each in feeder.hazards)


def test_an_unknown_grid_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"grid = .us-transmision.*us-transmission"):
        grid_named("us-transmision")


def test_a_log_is_fitted(log):
    rng = np.random.default_rng(4)
    days = np.sort(rng.choice(3_650, 90, replace=False))
    hours = 1.2 * np.exp(0.9 * rng.standard_normal(90))
    hours = np.maximum(hours, 0.2)
    hours[::9] = 0.01
    start = np.datetime64("2015-01-01T08:00")
    rows = [f"{start + np.timedelta64(int(day), 'D')},{hour}" for day, hour in zip(days, hours, strict=True)]
    grid = grid_from_log(log(*reversed(rows), header="start,hours"), years=10.0)
    assert grid.name == "outages.csv"
    assert grid.interruptions_per_year == pytest.approx(8.0)
    assert hazard(grid, "momentary").per_hour * HOURS_PER_YEAR == pytest.approx(1.0)
    assert hazard(grid, "sags") == hazard(grid_named(DEFAULT), "sags")
    body = hazard(grid, "sustained").hours
    assert body.median_h == pytest.approx(1.2, rel=0.3)
    assert survival(body, body.tail_from_h) == pytest.approx(0.2, abs=0.02)
    assert grid.hours_per_year == pytest.approx(hours[hours > 1 / 12].sum() / 10.0, rel=0.35)
    assert {used.kind for used in grid.inputs[:3]} == {"given"}


def test_ends_and_hours_say_the_same_and_zones_are_heard(log):
    rows = months()
    ends = [
        f"{row.split(',')[0]}+00:00,{np.datetime64(row[:16].replace(' ', 'T')) + np.timedelta64(round(float(row.split(',')[1]) * 60), 'm')}Z"
        for row in rows
    ]
    by_hours, by_end = grid_from_log(log(*rows, header="start,hours")), grid_from_log(log(*ends))
    assert by_end.interruptions_per_year == pytest.approx(by_hours.interruptions_per_year)
    assert by_end.hours_per_year == pytest.approx(by_hours.hours_per_year, rel=1e-6)


def test_years_left_out_are_read_off_the_log(log):
    assert grid_from_log(log(*months(), header="start,hours")).interruptions_per_year == pytest.approx(12.0, rel=0.03)


@pytest.mark.parametrize(
    ("header", "rows", "why"),
    [
        ("start,end", ["2020-01-05 06:00,2020-01-05 05:00"], "later than start"),
        ("start,end", ["2020-01-05 06:00,"], "a time such as"),
        ("start,end", ["05/01/2020,2020-01-05 05:00"], "a time such as"),
        ("start,hours", ["2020-01-05 06:00,-1"], "above 0"),
        ("start,hours", ["2020-01-05 06:00,soon"], "above 0"),
        ("start,hours", ["2020-01-05 06:00,nan"], "above 0"),
        ("start,hours", ["2020-01-05 06:00"], "above 0"),
        ("start", ["2020-01-05 06:00"], "columns start and end"),
        ("from,hours", ["2020-01-05 06:00,1"], "columns start and end"),
        ("start,end,hours", ["2020-01-05 06:00,2020-01-05 07:00,1"], "columns start and end"),
        ("start,hours", ["2020-01-05 06:00,30", "2020-01-06 06:00,1"], "still lasts"),
        ("start,hours", months(count=11), "12 interruptions"),
        ("start,hours", months(hours=0.01, count=20), "12 interruptions"),
        ("start,hours", [row.split(",")[0] + ",2" for row in months(count=20)], "different"),
        ("start,hours", [], "12 interruptions"),
    ],
)
def test_a_bad_log_is_refused_in_one_line(log, header, rows, why):
    with pytest.raises(SeriesError, match=why) as caught:
        grid_from_log(log(*rows, header=header))
    assert "\n" not in str(caught.value)


def test_a_row_is_named_by_its_line(log):
    with pytest.raises(SeriesError, match=r"outages\.csv:3 hours"):
        grid_from_log(log("2020-01-05 06:00,1", "2020-02-05 06:00,x", header="start,hours"))


@pytest.mark.parametrize("years", [0.0, -1.0, 1.0, float("nan"), float("inf")])
def test_fewer_years_than_the_log_spans_are_refused(log, years):
    with pytest.raises(SeriesError, match=r"outage_log_years.*more than the 1\.\d\d years"):
        grid_from_log(log(*months(), header="start,hours"), years=years)


def test_a_log_that_is_not_there_or_not_text_is_refused(tmp_path):
    with pytest.raises(SeriesError, match="readable CSV"):
        grid_from_log(tmp_path / "none.csv")
    (tmp_path / "bytes.csv").write_bytes(b"start,hours\n\xff\xfe,1\n")
    with pytest.raises(SeriesError, match="readable CSV"):
        grid_from_log(tmp_path / "bytes.csv")
