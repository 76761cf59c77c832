"""After-tax cash flow, IRR and payback of 100,000 paths × 120 months, in one run: `python benchmarks/after_tax_speed.py`.

Random but plausible books of a build (works, machines, a replacement on some paths, monthly margins, salvage) go through tax and debt as
in a study, in chunks over two threads. Prints the best and the median of several runs for the whole, and how many times faster
the IRR of a path is than numpy-financial's on the same flows (`pip install numpy-financial`; left out when it is not there).
"""

import importlib
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from wattmint.finance.after_tax import Books, Outlay, after_tax
from wattmint.finance.debt_sizing import SizedDebt, size_debt
from wattmint.finance.depreciation import assessed_values, deductions
from wattmint.finance.returns import irr_by_path, payback_months
from wattmint.finance.tax_terms import TaxTerms, tax_terms
from wattmint.scenario.model import Debt, Study, Tax
from wattmint.types import FloatArray

PATHS, MONTHS, CHUNK, THREADS, RUNS, WORKS_END = 100_000, 120, 1024, 2, 7, 6
ROWS_OF_REFERENCE = 20


def books_of(first: int, paths: int, terms: TaxTerms) -> Books:
    """Return a chunk's books, the same for the same paths."""
    rng = np.random.default_rng(first)
    works, machines, salvage, running = (np.zeros((paths, MONTHS + 1)) for _ in range(4))
    works[:, 1 : WORKS_END + 1] = 5.0 * np.exp(0.2 * rng.normal(size=(paths, 1)))
    machines[:, WORKS_END] = 80.0
    machines[:, WORKS_END + 60] = rng.uniform(20.0, 60.0, paths) * (rng.uniform(size=paths) < 0.6)
    salvage[:, -1] = rng.uniform(2.0, 15.0, paths)
    running[:, WORKS_END + 1 :] = 2.0 * np.exp(np.cumsum(rng.normal(-0.002, 0.08, (paths, MONTHS - WORKS_END)), axis=1)) - 0.3
    years, none = terms.years, np.zeros((1, MONTHS + 1))
    service = np.full(MONTHS + 1, years.of_service[WORKS_END])
    built = Outlay(works, service, deductions(terms.works, years, 6, years.start), assessed_values(terms.works, years))
    bought = Outlay(machines, years.of_service, deductions(terms.machines, years, 6), assessed_values(terms.machines, years))
    financed = works + machines
    financed[:, WORKS_END + 1 :] = 0.0
    return Books(running + salvage - works - machines, (built,), (bought,), salvage, none, running, none, financed, np.zeros_like(works))


def main() -> None:
    """Print the measurements."""
    terms = tax_terms(Tax(jurisdiction="us-tx"), Study(start="2026-12", horizon_months=MONTHS))
    debt = Debt(debt_share=0.6, dscr=1.3, debt_rate=0.085, debt_term_months=60, reserve_months=6)
    starts = range(0, PATHS, CHUNK)
    books = [books_of(first, min(CHUNK, PATHS - first), terms) for first in starts]
    sized = size_debt(debt, books[0].financed[:256], books[0].bought[:256], books[0].cash()[:256], WORKS_END)
    for label, loans in (("tax", None), ("tax and debt", sized)):
        seconds = [_timed(lambda loans=loans: _all(books, terms, loans)) for _ in range(RUNS + 1)][1:]
        best, middle = min(seconds), statistics.median(seconds)
        print(f"{PATHS:,} paths x {MONTHS} months, {label}, IRR and payback, {THREADS} threads: best {best:.2f} s, median {middle:.2f} s")
    flows = after_tax(books[0], terms, None).equity
    compare(flows)


def _all(books: list[Books], terms: TaxTerms, loans: SizedDebt | None) -> None:
    def one(chunk: Books) -> tuple[FloatArray, FloatArray]:
        equity = after_tax(chunk, terms, loans).equity
        return irr_by_path(equity)[0], payback_months(equity)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, books))


def compare(flows: FloatArray) -> None:
    """Print our time per IRR beside numpy-financial's on the same rows, and whether they agree."""
    irr_by_path(flows)
    ours = min(_timed(lambda: irr_by_path(flows)) for _ in range(RUNS)) / flows.shape[0]
    try:
        reference = importlib.import_module("numpy_financial")
    except ImportError:
        print(f"IRR: {1e6 * ours:.1f} us per path on one thread; numpy-financial is not installed, so nothing to compare with")
        return
    rows = flows[:ROWS_OF_REFERENCE]
    found: list[float] = []
    theirs = _timed(lambda: found.extend(float(reference.irr(row)) for row in rows)) / rows.shape[0]
    annual = (1.0 + np.array(found)) ** 12 - 1.0
    apart = float(np.nanmax(np.abs(annual - irr_by_path(rows)[0])))
    print(f"IRR of a path, one thread: {1e6 * ours:.1f} us; numpy-financial {1e6 * theirs:.0f} us: {theirs / ours:,.0f} times faster")
    print(f"largest difference of the annual rate over {rows.shape[0]} paths: {apart:.1e}")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
