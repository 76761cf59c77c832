import pytest
from tests.lab import results

from wattmint.facts.load import sources
from wattmint.lab import compare
from wattmint.lab.evidence import CITED, DERIVED, HERE

TOPICS = ["core algorithm", "chip", "memory speed", "network", "error tolerance", "metric", "power flexibility", "what a token is", "scarcity"]
TOPICS += ["cost stack"]


@pytest.fixture
def rows():
    parts = results.everything()
    return compare.comparison_rows(parts["hash"], results.scrypt(), parts["wall"], parts["flip"], parts["stop"], parts["network"])


def figures(rows):
    return [figure for row in rows for cell in (row.ai, row.chain) for figure in cell.figures]


def test_every_topic_has_numbers_on_both_sides(rows):
    assert [row.topic for row in rows] == TOPICS
    assert all(cell.words.endswith(".") and cell.figures for row in rows for cell in (row.ai, row.chain))


def test_every_number_is_measured_or_cited(rows):
    for figure in figures(rows):
        parts = figure.source.split(" + ")
        assert figure.evidence in (HERE, CITED, DERIVED)
        if figure.evidence == HERE:
            assert all(part.startswith("lab ") for part in parts)
        else:
            assert all(part in sources() or part.startswith("lab ") for part in parts)
            assert any(part in sources() for part in parts)


def test_all_experiments_are_run_once_each(monkeypatch):
    parts = results.everything()
    asked = []

    def measure(algorithm, threads, seconds):
        asked.append((algorithm, threads))
        return parts["hash"] if algorithm == "sha256d" else results.scrypt()

    monkeypatch.setattr(compare, "measure", measure)
    for name, key in (("measure_wall", "wall"), ("measure_flips", "flip"), ("measure_stops", "stop"), ("measure_network", "network")):
        monkeypatch.setattr(compare, name, lambda key=key: (asked.append(key), parts[key])[1])
    done = []
    found = compare.measure_comparison(lambda one, of: done.append((one, of)))
    assert asked == [("sha256d", 1), ("scrypt", 1), "wall", "flip", "stop", "network"]
    assert done == [(i, 6) for i in range(7)]
    cited = {part for figure in figures(found.rows) for part in figure.source.split(" + ")} & set(sources())
    assert {source.id for source in found.sources} == cited
