from itertools import islice
from pathlib import Path

from wattmint.lab.children import CHUNK_BATCHES, lines
from wattmint.lab.mining import VERSIONS
from wattmint.lab.search import LANES


def test_mining_goes_on_from_any_chunk():
    first, second = islice(lines(["mine", "0"]), 2)
    (later,) = islice(lines(["mine", "1"]), 1)
    assert int(first.split()[0]) == CHUNK_BATCHES * LANES * VERSIONS
    assert int(second.split()[1]) == int(first.split()[1]) + int(later.split()[1])


def test_training_goes_on_from_its_checkpoint(tmp_path: Path):
    file = tmp_path / "c.npz"
    whole = list(islice(lines(["train", "-", "0"]), 4))
    assert not file.exists()
    assert list(islice(lines(["train", str(file), "2"]), 3)) == whole[:3]
    assert list(islice(lines(["train", str(file), "9"]), 2)) == whole[2:]
