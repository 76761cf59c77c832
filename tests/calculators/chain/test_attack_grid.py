import pytest

from wattmint.calculators.chain.attack_grid import ALLOWED_ERRORS, DEPTHS, SHARES, TRIALS, attack_grid
from wattmint.physics.race import nakamoto, rosenfeld

CELLS = attack_grid(1)


def test_simulation_and_formula_agree_over_the_whole_grid():
    assert len(CELLS) == 2 * len(SHARES) * len(DEPTHS)
    assert max(abs(cell.standard_errors) for cell in CELLS) <= ALLOWED_ERRORS


def test_cells_say_what_they_are():
    for cell in CELLS:
        formula = {"Rosenfeld": rosenfeld, "Nakamoto": nakamoto}[cell.model](cell.share, cell.blocks)
        assert cell.formula == formula
        error = (formula * (1 - formula) / TRIALS) ** 0.5
        assert cell.measured == pytest.approx(formula + cell.standard_errors * error)


def test_the_wrong_formula_would_be_noticed():
    cell = next(cell for cell in CELLS if (cell.share, cell.blocks, cell.model) == (0.3, 6, "Rosenfeld"))
    error = (cell.formula * (1 - cell.formula) / TRIALS) ** 0.5
    assert abs(cell.measured - nakamoto(0.3, 6)) > 3 * error


def test_a_seed_is_its_grid():
    assert attack_grid(4, 1_000) == attack_grid(4, 1_000) != attack_grid(5, 1_000)
