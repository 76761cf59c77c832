"""What the market pays for what a serving plant makes: for tokens by the million, and for the accelerators' hours instead."""

from dataclasses import dataclass

import numpy as np

from wattmint.calculators.serving.money import RENTAL_KEYS, Margin, Terms, TokenCosts, margin
from wattmint.facts.fact import Fact
from wattmint.facts.load import record, table
from wattmint.types import FloatArray


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """What the market asks for a model's tokens.

    Attributes
    ----------
    read, written : Fact
        USD per million input and output tokens.
    """

    read: Fact
    written: Fact

    @property
    def usd_per_mtok(self) -> tuple[float, float]:
        """Return the two prices."""
        return float(self.read.value), float(self.written.value)


def token_prices(model: str) -> TokenPrices | None:
    """Return what the market asks for a model's tokens.

    Parameters
    ----------
    model : str
        Row of the facts table `models`.

    Returns
    -------
    TokenPrices or None
        None where nobody sells them, or the model is the user's own.
    """
    facts = table("token_prices").get(model)
    return None if facts is None else TokenPrices(facts["input_usd_per_mtok"], facts["output_usd_per_mtok"])


def rentals(chip: str) -> dict[str, Fact]:
    """Return what an hour of an accelerator is rented out for, by contract; those that are known."""
    facts = record("chips", chip)
    return {contract: facts[key] for contract, key in RENTAL_KEYS.items() if key in facts}


def rental_margin(rental: Fact, costs: TokenCosts, plant: Terms) -> Margin:
    """Return what renting the accelerators out earns per MWh of IT load instead of selling tokens.

    Parameters
    ----------
    rental : Fact
        USD per hour of an accelerator, for the hours sold.
    costs : TokenCosts
        What the hours cost; the tenant is taken to draw the power that the tokens would.
    plant : Terms
        Its utilisation is the share of hours sold.

    Returns
    -------
    Margin
        One number per case.
    """
    per_hour: FloatArray = np.full_like(costs.it_mwh_per_gpu_h, float(rental.value) * plant.utilisation)
    return margin(per_hour, costs)
