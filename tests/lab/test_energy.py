from pathlib import Path

from wattmint.lab.energy import Reading, joules_between, read_counters


def package(folder: Path, name: str, count: int, most: int = 10**9) -> None:
    (folder / name).mkdir()
    (folder / name / "energy_uj").write_text(f"{count}\n")
    (folder / name / "max_energy_range_uj").write_text(f"{most}\n")


def test_packages_are_summed_and_their_parts_left_out(tmp_path: Path):
    for name, count in (("intel-rapl:0", 5_000_000), ("intel-rapl:1", 7_000_000), ("intel-rapl:0:0", 1_000_000)):
        package(tmp_path, name, count)
    before = read_counters(tmp_path)
    assert before.microjoules == (5_000_000, 7_000_000)
    (tmp_path / "intel-rapl:1" / "energy_uj").write_text("9500000\n")
    assert joules_between(before, read_counters(tmp_path)) == 2.5


def test_a_counter_that_starts_again_is_followed():
    assert joules_between(Reading((900_000_000,), (10**9,), ""), Reading((100_000_000,), (10**9,), "")) == 200.0


def test_no_counters_says_so(tmp_path: Path):
    none = read_counters(tmp_path / "missing")
    assert "no energy counters" in none.why_not
    assert joules_between(none, none) is None


def test_counters_that_cannot_be_read_say_so(tmp_path: Path):
    (tmp_path / "intel-rapl:0").mkdir()
    assert "cannot be read" in read_counters(tmp_path).why_not
