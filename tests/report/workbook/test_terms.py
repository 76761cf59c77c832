import math

import pytest

from wattmint.finance.irr import irr
from wattmint.report.workbook import terms as w
from wattmint.report.workbook.terms import Range, Term, term

A, B, C = Term("A1", 6.0), Term("B1", 2.0), Term("C1", 0.0)


@pytest.mark.parametrize(
    ("made", "text", "value"),
    [
        (A + B * 3, "A1+B1*3", 12.0),
        ((A + B) * 3, "(A1+B1)*3", 24.0),
        (A - (B - 1), "A1-(B1-1)", 5.0),
        (A / (B * 3), "A1/(B1*3)", 1.0),
        (-A * B, "(-A1)*B1", -12.0),
        (A - -B, "A1-(-B1)", 8.0),
        ((1.0 + A) ** (-B), "(1+A1)^(-B1)", 7.0**-2),
        ((-A) ** 2.0, "(-A1)^2", 36.0),
        (A + -0.5, "A1+(-0.5)", 5.5),
        (2.0 / A, "2/A1", 1.0 / 3.0),
        (w.if_(A > B, A, "none"), 'IF(A1>B1,A1,"none")', 6.0),
        (w.if_(A < B, A, "none"), 'IF(A1<B1,A1,"none")', "none"),
        (w.if_(C.equals(0.0), B, A / C), "IF(C1=0,B1,A1/C1)", 2.0),
        (w.if_error(A / C, -1.0), "IFERROR(A1/C1,-1)", -1.0),
        (term('a"b').equals("x"), '"a""b"="x"', 0.0),
        (w.whole(A / 4.0), "INT(A1/4)", 1.0),
        (term(0.000001), "1E-06", 1e-6),
    ],
)
def test_text_and_value_say_the_same(made: Term, text: str, value: float | str):
    assert (made.text, made.value) == (text, value)


def test_an_error_is_not_a_number():
    assert math.isnan((A / C).value)
    assert math.isnan((term("word") + 1.0).value)
    assert math.isnan(w.pick(Range("A1:A2", (1.0, 2.0)), term(3.0)).value)
    assert math.isnan(w.position(term(9.0), Range("A1:A2", (1.0, 2.0))).value)


def test_functions_over_cells_leave_words_out():
    cells = Range("A1:D1", (3.0, "", -1.0, 5.0))
    assert [f(cells).value for f in (w.sum_, w.min_, w.max_, w.count, w.average)] == [7.0, -1.0, 5.0, 3.0, pytest.approx(7.0 / 3.0)]
    keys = Range("A2:D2", (1.0, 1.0, 2.0, 3.0))
    found = w.sum_ifs(cells, (keys, ">=", 1.0), (keys, "<", 3.0))
    assert (found.text, found.value) == ('SUMIFS(A1:D1,A2:D2,">="&1,A2:D2,"<"&3)', 2.0)
    assert w.sum_ifs(cells, (keys, "", A / 2.0)).text == "SUMIFS(A1:D1,A2:D2,A1/2)"


def test_present_values_and_rates_of_return():
    flows, periods = (-100.0, 60.0, 70.0), Range("A2:C2", (0.0, 1.0, 2.0))
    cells = Range("A1:C1", flows)
    rate = w.internal_rate(cells, term(0.05))
    assert rate.value == pytest.approx(irr(flows).roots[0], abs=1e-12)
    assert w.worth(Term("R1", rate.value), term(-100.0), Range("B1:C1", flows[1:])).value == pytest.approx(0.0, abs=1e-9)
    step = 1e-6
    above, below = (w.worth(Term("R1", 0.1 + d), term(-100.0), Range("B1:C1", flows[1:])).value for d in (step, -step))
    assert w.slope(Term("R1", 0.1), cells, periods).value == pytest.approx((above - below) / (2.0 * step), rel=1e-6)
    assert w.grown(Term("R1", 0.1), cells, periods, 2.0).value == pytest.approx(60.0 * 1.1 + 70.0)
    assert w.spent(Term("R1", 0.1), cells, periods).value == 100.0
    assert math.isnan(w.internal_rate(Range("A1:B1", (1.0, 1.0)), term(0.1)).value)


def test_wear_and_changes_of_sign():
    bought = w.worn_down(Range("A1:B1", (100.0, 50.0)), Range("A2:B2", (2026.0, 2027.0)), Term("B2", 2027.0), term(4.0))
    assert bought.value == 100.0 * 0.75 + 50.0
    assert w.worn_down(Range("A1:A1", (100.0,)), Range("A2:A2", (2020.0,)), Term("B2", 2027.0), term(4.0)).value == 0.0
    assert w.changes(Range("A1:C1", (-1.0, 1.0, 1.0)), Range("B1:D1", (1.0, 1.0, -1.0))).value == 2.0
    assert w.monthly(term(0.1)).value == pytest.approx(1.1 ** (1 / 12) - 1.0)
