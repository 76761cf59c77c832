"""Write the sample of measured serving that the package ships, ``facts/series/serving_measured.csv``: ``python tools/serving_sample.py``.

The rule, which looks at no result: of the sets under an open licence (MLPerf, ML.ENERGY, TensorRT-LLM's tables, the vendor's sample in
aiconfigurator) every fifth row in the order of the file. The InferenceX sets are left out, because their rows carry no licence; the
benchmark ``benchmarks/serving_accuracy.py`` uses them all.
"""

import argparse
import csv
import itertools
from pathlib import Path
from typing import Final

from tables import FACTS, row, update

from wattmint.units import MONTHS_PER_YEAR

OPEN_SETS: Final = ("mlperf", "mlenergy_v3", "trtllm_tables", "vendor_silicon")
EVERY: Final = 5
ID, FILE, SOURCE, AS_OF = "serving-measured", "serving_measured.csv", "serving-measurements", "2026-11-22"


def main() -> None:
    """Write the file and its rows of the table `series`."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "ai", help="folder with serving_cases.csv")
    with (words.parse_args().data / "serving_cases.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        columns = list(reader.fieldnames or ())
        rows = list(itertools.islice((item for item in reader if item["set"] in OPEN_SETS), 0, None, EVERY))
    with (FACTS / "series" / FILE).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    dates = sorted(float(item["software_date"]) for item in rows if item["software_date"])
    said = {
        "title": "Measured serving: MLPerf, ML.ENERGY, TensorRT-LLM, vendor", "file": FILE, "series_kind": "serving", "rows": len(rows),
        "first_date": _month(dates[0]), "last_date": _month(dates[-1]),
    }  # fmt: skip
    update("series", [row(ID, name, value, SOURCE, "measured", AS_OF) for name, value in said.items()])
    print(f"wrote {len(rows)} rows to {FILE}")


def _month(decimal_year: float) -> str:
    year = int(decimal_year)
    return f"{year}-{int((decimal_year - year) * MONTHS_PER_YEAR) + 1:02d}"


if __name__ == "__main__":
    main()
