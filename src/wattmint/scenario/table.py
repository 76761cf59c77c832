"""What every table of the site file shares: how it is checked, and how a rule over several keys is refused."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from wattmint.errors import ScenarioError
from wattmint.scenario.refusal import refusal


def _refuse_bool(value: Any) -> Any:
    # TOML's true is an int to Python; a power of `true` megawatts must not pass as 1 MW.
    if isinstance(value, bool):
        raise PydanticCustomError("number_type", "Input should be a number, not true or false")
    return value


Number = Annotated[float, BeforeValidator(_refuse_bool)]
"""A number; true and false are none."""

Count = Annotated[int, BeforeValidator(_refuse_bool)]
"""A whole number."""


def refused(within: str, given: object, allowed: str) -> PydanticCustomError:
    """Return what a rule over several keys raises.

    Parameters
    ----------
    within : str
        Where below the table, e.g. ``.share``.
    given : object
        What was given.
    allowed : str
        What is allowed, in words.

    Returns
    -------
    PydanticCustomError
        That `wattmint.scenario.refusal.refusal` turns into one line.
    """
    return PydanticCustomError("refused", "{given}: {allowed}", {"within": within, "given": given, "allowed": allowed})


class Table(BaseModel):
    """Keys of one table: frozen, typed, no others allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def of(cls, keys: Mapping[str, Any], **more: Any) -> Self:
        """Check the keys of a table, of the whole file, or of whatever else has them.

        Parameters
        ----------
        keys : mapping
            As TOML or JSON gives them.
        **more
            Fields that are no keys of the file: ``base_dir``, the folder in which relative names of series are looked up.

        Returns
        -------
        the class itself
            Checked.

        Raises
        ------
        ScenarioError
            When a key is refused: field, value and what is allowed, in one line.
        """
        for key in keys:
            if key in cls.model_fields and cls.model_fields[key].exclude:
                raise ScenarioError(key, keys[key], "unknown key; the folder of the site file is the base")
        try:
            return cls.model_validate({**keys, **more})
        except ValidationError as error:
            raise refusal(error, cls) from None
