"""Turn the raw machine, accelerator and rental lists into `machines.csv` and `chips.csv`.

    PYTHONPATH=src python tools/build_tables.py RAW_FOLDER

`RAW_FOLDER` holds ``mining/asic_specs.csv``, ``ai/gpu_specs.csv``, ``ai/gpu_tco_power_inferencex.csv`` and
``ai/prices/gpu_rental_offers_daily_2026H2.csv``. The same input gives the same bytes. How is told in docs/data.md.
"""

import csv
import sys
from pathlib import Path

from chips import chip_rows
from machines import machine_rows
from tables import write


def main() -> None:
    """Write both tables and say how many rows they have."""
    raw = Path(sys.argv[1])
    print("machines", write("machines", machine_rows(read(raw / "mining/asic_specs.csv"))))
    offers = read(raw / "ai/prices/gpu_rental_offers_daily_2026H2.csv")
    chips = chip_rows(read(raw / "ai/gpu_specs.csv"), read(raw / "ai/gpu_tco_power_inferencex.csv"), offers)
    print("chips", write("chips", chips))


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file as dicts of text."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


if __name__ == "__main__":
    main()
