import pytest

from wattmint.errors import InputError, MissingExtraError, ScenarioError, SeriesError, UnknownNameError, WattmintError, nearest_words


def test_message_names_field_value_and_what_is_allowed():
    error = ScenarioError("site.power_mw", -3, "0.01 … 10000 MW")
    assert str(error) == "site.power_mw = -3: 0.01 … 10000 MW"
    assert (error.field, error.value, error.allowed) == ("site.power_mw", -3, "0.01 … 10000 MW")


def test_what_was_left_out_is_called_so():
    assert str(InputError("height", None, "needed")) == "height = (left out): needed"


def test_long_values_are_shortened():
    assert len(str(InputError("name", "x" * 500, "short"))) < 100


@pytest.mark.parametrize("kind", [InputError, ScenarioError, SeriesError, UnknownNameError, MissingExtraError])
def test_every_refusal_is_a_wattmint_error(kind):
    assert issubclass(kind, WattmintError)


def test_nearest_known_name_is_suggested():
    assert "'antminer-s21-xp'" in str(UnknownNameError("machine", "antminer-s21xp", ["antminer-s21-xp", "h100-sxm"]))


def test_without_a_near_name_known_ones_are_listed():
    assert nearest_words("zzz", ["alpha", "beta"]) == "known: 'alpha', 'beta'"
    assert nearest_words("zzz", [f"name-{i}" for i in range(20)]).endswith("and 12 more")


def test_a_missing_extra_is_named_with_what_installs_it():
    error = MissingExtraError("--xlsx", "XlsxWriter", "xlsx")
    assert str(error) == "--xlsx = 'XlsxWriter': is not installed; the extra 'xlsx' brings it: pip install 'wattmint[xlsx]'"
    assert error.extra == "xlsx"
