"""What hosting, rental and inference share: halls with backup that draw power in every hour."""

from typing import NamedTuple

from wattmint.facts.load import record
from wattmint.scenario.model import Scenario
from wattmint.types import FloatArray, MonthLibrary
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.plan import it_limit_mw, plant_pue


class Halls(NamedTuple):
    """Halls as planned.

    Attributes
    ----------
    hourly_pue : FloatArray
        Power usage effectiveness, standing losses of the backup included.
    it_mw : float
        IT power the part's share feeds in the hottest hour.
    backup_usd_per_mw : float
        Cost of the backup per IT MW.
    availability : float
        Share of time with power at the IT load.
    """

    hourly_pue: FloatArray
    it_mw: float
    backup_usd_per_mw: float
    availability: float


def plan_halls(book: InputBook, scenario: Scenario, library: MonthLibrary) -> Halls:
    """Plan the halls of a hosting, rental or inference part.

    Parameters
    ----------
    book : InputBook
        The part's numbers.
    scenario : Scenario
        Its site.
    library : MonthLibrary
        Hours of weather.

    Returns
    -------
    Halls
        Sized so that the connection suffices in the hottest hour at full contracted power.

    Raises
    ------
    UnknownNameError
        An unknown cooling or backup; the nearest names are suggested.
    """
    backup = book.text("backup")
    record("backup", backup, field="backup")
    loss = book.fact("backup", backup, "power_loss_share")
    hourly_pue = plant_pue(book, book.text("cooling"), library, loss)
    return Halls(
        hourly_pue=hourly_pue,
        it_mw=it_limit_mw(scenario, book.part.share, hourly_pue),
        backup_usd_per_mw=book.fact("backup", backup, "backup_capex_usd_per_mw"),
        availability=book.fact("backup", backup, "availability"),
    )
