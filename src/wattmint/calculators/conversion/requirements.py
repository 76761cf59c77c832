"""What a mining site has, what a class of AI needs, and what is wished: the three that a conversion begins with."""

from dataclasses import dataclass

from wattmint.calculators.conversion.inputs import TableBook
from wattmint.errors import ScenarioError
from wattmint.facts.load import record, table
from wattmint.scenario.existing import Conversion, Existing
from wattmint.scenario.model import Scenario
from wattmint.scenario.refusal import Words, figure


@dataclass(frozen=True, slots=True)
class Has:
    """A mining site as it stands; names, units and meanings as in the data dictionary."""

    power_mw: float
    hall_kind: str
    hall_rack_kw: float
    floor_m2: float
    land_m2: float
    cooling: str
    water_l_per_day: float
    firm_mw: float
    feeds: float
    feed_kv: float
    ride_through_s: float
    fibre_routes: float
    fibre_km: float
    latency_ms: float
    noise_db: float
    noise_limit_db: float
    flood_return_years: float


@dataclass(frozen=True, slots=True)
class Needs:
    """A class of AI: a row of the facts table `ai_needs`, and the limits of the table `conversion`.

    Attributes
    ----------
    ai_class, name : str
        Id and words.
    ai_rack_kw, floor_m2_per_mw, firm_share, least_feed_kv, latency_ms, fibre_routes, ride_through_s, availability_need : float
        As in the data dictionary.
    rack_cooling : str
        ``air`` or ``liquid``.
    fitting_cooling : tuple of str
        Rows of the table `coolers`, best first.
    flood_return_years, least_flood_years : float
        A flood so rare needs nothing; one more frequent than the second cannot be built against.
    least_block_mw, floor_ratio : float
        Smallest IT power worth a conversion; floor that may be built over free land.
    """

    ai_class: str
    name: str
    ai_rack_kw: float
    floor_m2_per_mw: float
    firm_share: float
    least_feed_kv: float
    latency_ms: float
    fibre_routes: float
    ride_through_s: float
    availability_need: float
    rack_cooling: str
    fitting_cooling: tuple[str, ...]
    flood_return_years: float
    least_flood_years: float
    least_block_mw: float
    floor_ratio: float


@dataclass(frozen=True, slots=True)
class Wish:
    """What the site is to become; names, units and meanings as in the data dictionary."""

    ai_class: str
    share: float
    blocks: int
    block_gap_months: int
    start_month: int
    ordered_months: float
    cooling: str
    backup: str
    new_build_usd_per_mw: float
    is_new_build_given: bool
    tenant_funded_share: float


def tables_of(scenario: Scenario) -> tuple[Existing, Conversion]:
    """Return the two tables of the site file that a conversion needs.

    Parameters
    ----------
    scenario : Scenario
        The site file.

    Returns
    -------
    tuple of (Existing, Conversion)
        Checked.

    Raises
    ------
    ScenarioError
        If one is missing.
    """
    for name, given, least in (
        ("existing", scenario.existing, '[existing], and in it at least [[existing.machines]] with machine = "…", what runs there today'),
        ("conversion", scenario.conversion, '[conversion], and in it at least ai_class = "training", or another of `wattmint facts list ai_needs`'),
    ):
        if given is None:
            raise ScenarioError(name, Words("(left out)"), f"a table {least}; all other keys have defaults, and `wattmint init` shows them")
    assert scenario.existing is not None  # noqa: S101 - refused above
    assert scenario.conversion is not None  # noqa: S101 - refused above
    return scenario.existing, scenario.conversion


def has_of(scenario: Scenario, book: TableBook) -> Has:
    """Return what the site has, with cited defaults where the file is silent.

    Parameters
    ----------
    scenario : Scenario
        Its site's power.
    book : TableBook
        Of the table ``[existing]``.

    Returns
    -------
    Has
        A floor that is left out follows from the power.

    Raises
    ------
    ScenarioError
        If more power is firm than the connection has.
    """
    power_mw, firm_mw = scenario.site.power_mw, None if scenario.existing is None else scenario.existing.firm_mw
    if firm_mw is not None and firm_mw > power_mw:
        raise ScenarioError("existing.firm_mw", firm_mw, f"at most site.power_mw, {figure(power_mw)}")
    per_mw = record("defaults", "existing")["floor_m2_per_mw"]
    derived = {
        "floor_m2": book.given_or("floor_m2", float(per_mw.value) * power_mw, per_mw.source),
        "firm_mw": book.given_or("firm_mw", power_mw, "site file"),
    }
    numbers = ("hall_rack_kw", "land_m2", "water_l_per_day", "feeds", "feed_kv", "ride_through_s", "fibre_routes", "fibre_km", "latency_ms")
    read = {name: book.number(name) for name in (*numbers, "noise_db", "noise_limit_db", "flood_return_years")}
    return Has(power_mw=power_mw, hall_kind=book.text("hall_kind"), cooling=book.text("cooling"), **derived, **read)


def needs_of(ai_class: str, book: TableBook) -> Needs:
    """Return what a class of AI needs.

    Parameters
    ----------
    ai_class : str
        Row of the facts table `ai_needs`.
    book : TableBook
        Records what is used.

    Returns
    -------
    Needs
    """
    names = (
        "ai_rack_kw", "floor_m2_per_mw", "firm_share", "least_feed_kv", "latency_ms", "fibre_routes", "ride_through_s", "availability_need",
        "flood_return_years",
    )  # fmt: skip
    return Needs(
        ai_class=ai_class,
        name=str(record("ai_needs", ai_class)["name"].value),
        rack_cooling=str(book.fact("ai_needs", ai_class, "rack_cooling").value),
        fitting_cooling=tuple(str(book.fact("ai_needs", ai_class, "fitting_cooling").value).split()),
        least_flood_years=float(book.fact("conversion", "flood", "flood_return_years").value),
        least_block_mw=float(book.fact("conversion", "works", "least_block_mw").value),
        floor_ratio=float(book.fact("conversion", "works", "floor_ratio").value),
        **{name: float(book.fact("ai_needs", ai_class, name).value) for name in names},
    )


def ai_classes() -> tuple[str, ...]:
    """Return the classes of AI of the facts table."""
    return tuple(table("ai_needs"))


def fitting_cooling(has: Has, needs: Needs) -> str:
    """Return the cooling that a class of AI takes at a site: what stands there if it suits, else the one that suits best."""
    return has.cooling if has.cooling in needs.fitting_cooling else needs.fitting_cooling[0]


def keeps_plant(has: Has, needs: Needs, wish: Wish) -> bool:
    """Return whether the site's cooling is the one asked for, and suits."""
    return has.cooling == wish.cooling and has.cooling in needs.fitting_cooling


def has_loops(has: Has) -> bool:
    """Return whether the site's cooling brings liquid to the racks."""
    return has.cooling == "direct-liquid-dry-cooler"


def wish_of(conversion: Conversion, has: Has, needs: Needs, backup: str, book: TableBook) -> Wish:
    """Return what is wished, with cited defaults where the file is silent.

    Parameters
    ----------
    conversion : Conversion
        Table of the site file.
    has, needs
        What the site has, and what its class of AI needs: a cooling that is left out follows from both.
    backup : str
        Of the halls where the table names none.
    book : TableBook
        Of that table.

    Returns
    -------
    Wish
    """
    return Wish(
        ai_class=conversion.ai_class,
        share=book.number("share"),
        blocks=int(book.number("blocks")),
        block_gap_months=int(book.number("block_gap_months")),
        start_month=int(book.number("start_month")),
        ordered_months=book.number("ordered_months"),
        cooling=conversion.cooling or fitting_cooling(has, needs),
        backup=conversion.backup or backup,
        new_build_usd_per_mw=book.number("new_build_usd_per_mw"),
        is_new_build_given=conversion.new_build_usd_per_mw is not None,
        tenant_funded_share=book.number("tenant_funded_share"),
    )
