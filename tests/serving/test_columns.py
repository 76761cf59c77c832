"""Columns of cases are understood cell by cell, each distinct one once."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import InputError, UnknownNameError
from wattmint.physics.serving_types import Columns
from wattmint.serving.columns import column_of, gathered, needed, number_of, one_of, text_of
from wattmint.types import FloatArray


@dataclass(frozen=True, slots=True)
class Two(Columns):
    left: FloatArray
    right: FloatArray


def test_each_distinct_cell_is_understood_once():
    asked = []

    def meaning(cell):
        asked.append(cell)
        return text_of(cell).upper()

    assert column_of(["a", "b", "a", "a"], meaning, [""] * 4) == ["A", "B", "A", "A"]
    assert asked == ["a", "b"]


def test_true_is_not_one_and_one_is_not_one_point_nought():
    assert column_of([1, True, 1.0, "1"], text_of, [""] * 4) == ["1", "True", "1.0", "1"]


def test_a_refused_cell_refuses_its_row_and_the_first_refusal_stays():
    errors = ["", "first", ""]

    def meaning(cell):
        raise InputError("gpus", cell, "a number")

    assert column_of([0, 0, "x"], meaning, errors) == [None, None, None]
    assert errors == ["gpus = 0: a number", "first", "gpus = 'x': a number"]


@pytest.mark.parametrize(("cell", "text"), [(None, ""), (float("nan"), ""), (" a ", "a"), (8, "8"), (0.5, "0.5")])
def test_a_cell_as_text(cell, text):
    assert text_of(cell) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_read_as_numbers_or_words(number):
    assert number_of(number) == number
    assert number_of(f" {number!r} ") == number


@pytest.mark.parametrize("cell", [None, "", "many", float("inf"), "nan", True])
def test_what_is_no_number_is_nan(cell):
    assert math.isnan(number_of(cell))


def test_what_is_needed_may_not_be_left_out():
    read = needed("model", "a model", str.upper)
    assert read(" x ") == "X"
    with pytest.raises(InputError, match="model = '': a model is needed"):
        read(None)


def test_a_name_is_found_in_capitals_and_by_its_other_spellings():
    read = one_of("precision", ("bf16", "fp8"), {"fp16": "bf16"})
    assert [read(cell) for cell in ("BF16", "FP16", "fp8")] == ["bf16", "bf16", "fp8"]
    assert one_of("task", ("pretrain", "lora"), default="pretrain")("") == "pretrain"
    for cell in ("fp9", ""):
        with pytest.raises(UnknownNameError, match="precision = "):
            read(cell)


@pytest.mark.parametrize("rows", [[], [(1.0, 2.0)], [(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)]])
def test_rows_become_columns(rows):
    columns = gathered(Two, rows)
    assert np.array_equal(columns.left, [row[0] for row in rows])
    assert np.array_equal(columns.right, [row[1] for row in rows])
    assert columns.left.flags.c_contiguous
