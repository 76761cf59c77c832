"""Answers of a small conversion, made once for the tests of its words, charts and page."""

from functools import cache

from tests.calculators.conversion.conftest import mine

from wattmint.calculators.conversion.answer import ConversionAnswer, conversion_answer
from wattmint.calculators.conversion.plan import plan_conversion
from wattmint.calculators.conversion.worth import worth_of
from wattmint.study.alternatives import alternatives


@cache
def answer_of(*, refused: bool = False) -> ConversionAnswer:
    """The small mine, or the same by a river with a design for a city."""
    if refused:
        changes = {"existing": {"flood_return_years": 60, "latency_ms": 60}, "conversion": {"ai_class": "serving", "backup": "2n"}}
        return conversion_answer(plan_conversion(mine(**changes), draws=200), None)
    plan = plan_conversion(mine(study={"paths": 6}), draws=200)
    return conversion_answer(plan, worth_of(plan, alternatives(plan.builds, threads=1)))
