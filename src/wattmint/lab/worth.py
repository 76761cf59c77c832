"""The properties of both tokens that decide what they are worth: what they are counted in, power that may stop, scarcity and cost."""

from typing import Final

from wattmint.facts.load import record
from wattmint.lab.evidence import CITED, HERE, Cell, Figure, Row, cited, derived
from wattmint.lab.flips import STEPS, Flips
from wattmint.lab.hashing import Hashing
from wattmint.lab.network import CHIP, MACHINE
from wattmint.lab.stopping import Stops
from wattmint.lab.wall import SHAPE, Wall
from wattmint.ledger.subsidy import MAX_SUPPLY_SAT, issued_sat
from wattmint.units import J_PER_MWH, KWH_PER_MWH, SAT_PER_BTC, SECONDS_PER_DAY, TH_PER_PH

PRICED_MODEL: Final = "llama-3-1-70b"


def metric_row(hashing: Hashing, wall: Wall) -> Row:
    """Return what each is counted in."""
    market, machine = record("snapshot", "market"), record("machines", MACHINE)
    figures = [cited("joules per terahash", machine["efficiency_j_per_th"]), cited("hashrate of the network", market["network_hashrate_ehs"])]
    if hashing.joules_per_th is not None:
        figures.append(Figure("joules per terahash of this processor", hashing.joules_per_th, "J/TH", HERE, "lab hash"))
    alone, most = wall.points[0], wall.points[-1]
    return Row(
        "metric",
        Cell(
            "Tokens per second and joules per token, but which tokens: of which model, how good, how soon.",
            (
                Figure("one sequence of a 40-million-weight decoder", alone.tokens_per_s, "token/s", HERE, "lab wall"),
                Figure(f"{most.batch} sequences together", most.tokens_per_s, "token/s", HERE, "lab wall"),
            ),
        ),
        Cell("Joules per terahash: every hash is as good as any other.", tuple(figures)),
    )


def flexibility_row(stops: Stops) -> Row:
    """Return what a stop loses."""
    return Row(
        "power flexibility",
        Cell(
            "Stopping loses everything since the last checkpoint, or all of it.",
            (
                Figure("steps lost with a checkpoint every 20", float(stops.with_checkpoints.lost_steps), "", HERE, "lab stop"),
                Figure("steps lost without", float(stops.without_checkpoints.lost_steps), "", HERE, "lab stop"),
                Figure("work lost without", stops.without_checkpoints.lost_s, "s", HERE, "lab stop"),
            ),
        ),
        Cell(
            "Stops at any moment and loses the tries under way.",
            (
                Figure("work lost, at most", stops.mining.lost_s_at_most, "s", HERE, "lab stop"),
                Figure(
                    "shares after the restart, over those expected",
                    stops.mining.shares_after / stops.mining.shares_expected_after,
                    "",
                    HERE,
                    "lab stop",
                ),
            ),
        ),
    )


def token_row(hashing: Hashing, flips: Flips) -> Row:
    """Return what a token is."""
    years = hashing.block_years or 0.0
    return Row(
        "what a token is",
        Cell(
            "One of the words a model knows, chosen in the light of all before it: worth something to whoever asked, once.",
            (
                Figure(f"choices left per token by a model after {STEPS} steps", flips.perplexity, "", HERE, "lab flip"),
                Figure("words that the timed decoder knows", float(SHAPE.vocab), "", HERE, "lab wall"),
            ),
        ),
        Cell(
            "An entry in a ledger that everyone checks: the same for all, for good, and paid for with tries.",
            (
                Figure("satoshi in a bitcoin", float(SAT_PER_BTC), "", CITED, "bitcoin-protocol"),
                Figure("expected time to a block on this machine", years, "years", HERE, "lab hash"),
            ),
        ),
    )


def scarcity_row() -> Row:
    """Return how many there can be."""
    height = record("snapshot", "market")["block_height"]
    price = record("token_prices", PRICED_MODEL)["output_usd_per_mtok"]
    return Row(
        "scarcity",
        Cell(
            "None: as many as there are chips and energy for; the price follows the cost down.",
            (cited("a million tokens of a 70-billion-weight model", price),),
        ),
        Cell(
            "Set by rule: at most 21 million, halving every 210,000 blocks; more machines find no more coins.",
            (
                Figure("coins there can ever be", MAX_SUPPLY_SAT / SAT_PER_BTC, "BTC", CITED, "bitcoin-protocol"),
                derived("of these issued", issued_sat(int(float(height.value))) / MAX_SUPPLY_SAT, "", height),
            ),
        ),
    )


def cost_row() -> Row:
    """Return what each costs, and the part of energy in it."""
    chip, machine = record("chips", CHIP), record("machines", MACHINE)
    power, hashprice = record("snapshot", "ercot")["power_level_usd_per_mwh"], record("snapshot", "market")["hashprice_usd_per_ph_day"]
    owner, draw = chip["owner_cost_usd_per_gpu_h"], chip["allin_kw_per_gpu"]
    gpu_energy = float(draw.value) * float(power.value) / KWH_PER_MWH
    # A petahash per second is a thousand terahashes per second: joules a second, over a day.
    machine_energy = float(machine["efficiency_j_per_th"].value) * TH_PER_PH * SECONDS_PER_DAY / J_PER_MWH * float(power.value)
    return Row(
        "cost stack",
        Cell(
            "Capital: chips and buildings; energy is a small part.",
            (
                cited("cost of an accelerator-hour to its owner", owner),
                derived("energy's part of it, at wholesale power", gpu_energy / float(owner.value), "", draw, power, owner),
            ),
        ),
        Cell(
            "Energy far more than of an AI token; on the marginal machine, by definition, it takes all that a hash earns.",
            (
                cited("what a petahash per second earns a day", hashprice),
                derived(
                    "energy's part of that, at wholesale power", machine_energy / float(hashprice.value), "",
                    machine["efficiency_j_per_th"], power, hashprice,
                ),
            ),
        ),
    )  # fmt: skip
