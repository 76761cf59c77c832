import pytest
from pydantic import BaseModel, ValidationError

from wattmint.errors import FactsError
from wattmint.facts.load import attribute
from wattmint.scenario.quantity import LARGEST_INTEGER, quantity


class Example(BaseModel):
    power_mw: float = quantity("power_mw")
    seed: int = quantity("seed", default=1)


def test_range_and_meaning_are_the_dictionary_s():
    row = attribute("power_mw")
    field = Example.model_fields["power_mw"]
    assert field.is_required()
    assert field.description == f"{row.meaning} [MW]"
    assert Example(power_mw=row.low).power_mw == row.low
    for outside in (row.low / 2, row.high * 2):
        with pytest.raises(ValidationError):
            Example(power_mw=outside)


def test_a_count_takes_toml_s_largest_integer_and_no_more():
    assert Example(power_mw=1, seed=LARGEST_INTEGER).seed == 2**63 - 1
    with pytest.raises(ValidationError):
        Example(power_mw=1, seed=LARGEST_INTEGER + 1)


def test_a_pure_number_has_no_unit_to_say():
    assert "unit" not in Example.model_fields["seed"].json_schema_extra


def test_a_key_without_a_row_is_a_defect():
    with pytest.raises(FactsError, match="no attribute 'colour'"):
        quantity("colour")
