"""`lab compare`: the two tokens side by side, every number measured here or cited."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wattmint.facts.fact import Fact
from wattmint.facts.load import record, sources
from wattmint.lab.flips import STEPS, FlipEffect, Flips, measure_flips
from wattmint.lab.hashing import Hashing, measure
from wattmint.lab.network import CHIP, MACHINE, Network, measure_network
from wattmint.lab.stopping import Stops, measure_stops
from wattmint.lab.wall import SHAPE, Wall, measure_wall
from wattmint.ledger.subsidy import MAX_SUPPLY_SAT, issued_sat
from wattmint.provenance import SourceUsed
from wattmint.units import (
    BYTES_PER_GB,
    FLOPS_PER_TFLOP,
    J_PER_MWH,
    KWH_PER_MWH,
    SAT_PER_BTC,
    SECONDS_PER_DAY,
    TH_PER_PH,
)

HERE: Final = "measured here"
CITED: Final = "cited"
DERIVED: Final = "derived from cited"

HASH_S: Final = 3.0
SCRYPT_S: Final = 1.5
_EXPERIMENTS: Final = 6

PRICED_MODEL: Final = "llama-3-1-70b"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the table.

    Attributes
    ----------
    what : str
        Of what.
    value : float
        In `unit`.
    unit : str
        Empty for a pure number.
    evidence : str
        ``measured here``, ``cited`` or ``derived from cited``.
    source : str
        The verb that measures it, the source's id, or both parts of a derivation.
    """

    what: str
    value: float
    unit: str
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one side has to say: a sentence, and the numbers under it."""

    words: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One property of the two tokens."""

    topic: str
    ai: Cell
    chain: Cell


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table, the experiments behind it, and the bibliography of what is cited."""

    rows: tuple[Row, ...]
    hashing: Hashing
    scrypt: Hashing
    wall: Wall
    flips: Flips
    stops: Stops
    network: Network
    sources: tuple[SourceUsed, ...]


def measure_comparison(progress: Callable[[int, int], None] | None = None) -> Comparison:
    """Run all experiments, shortened, and set the table.

    Parameters
    ----------
    progress : callable, optional
        Told experiments done and to do.

    Returns
    -------
    Comparison
        In about half a minute.
    """
    tell = progress or (lambda _done, _all: None)
    tell(0, _EXPERIMENTS)
    hashing = measure("sha256d", 1, HASH_S)
    tell(1, _EXPERIMENTS)
    scrypt = measure("scrypt", 1, SCRYPT_S)
    tell(2, _EXPERIMENTS)
    wall = measure_wall()
    tell(3, _EXPERIMENTS)
    flips = measure_flips()
    tell(4, _EXPERIMENTS)
    stops = measure_stops()
    tell(5, _EXPERIMENTS)
    network = measure_network()
    tell(_EXPERIMENTS, _EXPERIMENTS)
    rows = comparison_rows(hashing, scrypt, wall, flips, stops, network)
    cited = {part for row in rows for cell in (row.ai, row.chain) for figure in cell.figures for part in figure.source.split(" + ")}
    used = tuple(SourceUsed(s.id, s.citation, s.licence, s.as_of) for key, s in sorted(sources().items()) if key in cited)
    return Comparison(rows, hashing, scrypt, wall, flips, stops, network, used)


def comparison_rows(hashing: Hashing, scrypt: Hashing, wall: Wall, flips: Flips, stops: Stops, network: Network) -> tuple[Row, ...]:
    """Return the table from what the experiments found and the tables of facts.

    Parameters
    ----------
    hashing, scrypt, wall, flips, stops, network
        Results of the experiments.

    Returns
    -------
    tuple of Row
        Ten.
    """
    return (
        _algorithm(hashing, wall),
        _chip(),
        _memory(hashing, scrypt, wall),
        _network(network),
        _errors(flips),
        _metric(hashing, wall),
        _flexibility(stops),
        _token(hashing, flips),
        _scarcity(),
        _costs(),
    )


def _cited(what: str, fact: Fact) -> Figure:
    return Figure(what, float(fact.value), fact.unit, CITED, fact.source)


def _derived(what: str, value: float, unit: str, *facts: Fact) -> Figure:
    return Figure(what, value, unit, DERIVED, " + ".join(dict.fromkeys(fact.source for fact in facts)))


def _algorithm(hashing: Hashing, wall: Wall) -> Row:
    last = wall.points[-1]
    return Row(
        "core algorithm",
        Cell(
            "Products of matrices of real numbers; every weight is used for every token.",
            (
                Figure("arithmetic per token of a small decoder", last.flops / last.batch, "FLOP", HERE, "lab wall"),
                Figure("reached by one thread", last.achieved_flops_per_s / FLOPS_PER_TFLOP, "TFLOP/s", HERE, "lab wall"),
            ),
        ),
        Cell(
            "SHA-256 twice over 80 bytes, whole numbers only; then the same again with another nonce.",
            (
                Figure("hashes of one thread", hashing.mhs_per_thread, "MH/s", HERE, "lab hash"),
                Figure("times as fast as hashlib", hashing.times_plain, "", HERE, "lab hash"),
            ),
        ),
    )


def _chip() -> Row:
    chip, machine, gpu = record("chips", CHIP), record("machines", MACHINE), record("gpu_hashing", CHIP)
    return Row(
        "chip",
        Cell(
            f"A programmable accelerator, here an {chip['name'].value}: it could mine, but at a price.",
            (_cited("peak arithmetic, bf16", chip["bf16_tflops"]), _cited("bitcoin hashing on it", gpu["efficiency_j_per_th"])),
        ),
        Cell(
            f"A circuit that can do nothing else, here an {machine['name'].value}.",
            (
                _cited("energy per terahash", machine["efficiency_j_per_th"]),
                _derived(
                    "times better than the accelerator",
                    float(gpu["efficiency_j_per_th"].value) / float(machine["efficiency_j_per_th"].value),
                    "",
                    gpu["efficiency_j_per_th"],
                    machine["efficiency_j_per_th"],
                ),
            ),
        ),
    )


def _memory(hashing: Hashing, scrypt: Hashing, wall: Wall) -> Row:
    chip, alone = record("chips", CHIP), wall.points[0]
    return Row(
        "memory speed",
        Cell(
            "Decides: one sequence alone waits for the weights to be read; only many together leave the memory roof.",
            (
                Figure("of the memory roof reached by one sequence", alone.achieved_bytes_per_s / wall.roofs.read_bytes_per_s, "", HERE, "lab wall"),
                Figure("sequences at which arithmetic takes over", wall.measured_batch, "", HERE, "lab wall"),
                _cited("bandwidth of the accelerator's memory", chip["memory_bandwidth_tb_per_s"]),
            ),
        ),
        Cell(
            "Does not matter: midstates and nonces stay on the chip. A memory-hard hash such as scrypt is another matter.",
            (
                Figure("scrypt hashes of one thread", scrypt.mhs_per_thread, "MH/s", HERE, "lab hash --algorithm scrypt"),
                Figure("SHA-256d hashes per scrypt hash", hashing.mhs_per_thread / scrypt.mhs_per_thread, "", HERE, "lab hash"),
            ),
        ),
    )


def _network(network: Network) -> Row:
    cited = {used.name: used.source for used in network.inputs}

    def sources_of(*names: str) -> str:
        return " + ".join(dict.fromkeys(("lab network", *(cited[name] for name in names))))

    gradients = sources_of("parameters_total_b", "training_tokens_per_step", "allin_kw_per_gpu")
    return Row(
        "network",
        Cell(
            "Chips that train one model add up all gradients at every step.",
            (
                Figure("sent by each chip, per byte held", network.ring.sent_bytes / network.ring.held_bytes, "bytes", HERE, "lab network"),
                Figure("gradients in training", network.training_bytes_per_s_per_kw / BYTES_PER_GB, "GB/s per kW", DERIVED, gradients),
            ),
        ),
        Cell(
            "A pool's jobs and shares: lines of text.",
            (
                Figure("a pool's job, as a line", float(network.notify_bytes), "bytes", HERE, "lab network"),
                Figure(
                    "pool connection", network.mining_bytes_per_s_per_kw, "bytes/s per kW", DERIVED,
                    sources_of("job_interval_s", "share_interval_s", "power_w"),
                ),
            ),
        ),
    )  # fmt: skip


def _effect(flips: Flips, where: str, part: str) -> FlipEffect:
    return next(effect for effect in flips.effects if (effect.where, effect.part) == (where, part))


def _errors(flips: Flips) -> Row:
    exponent, mantissa = _effect(flips, "weight", "exponent"), _effect(flips, "weight", "mantissa, low half")
    coarse = next(one for one in flips.precisions if one.precision == "int8")
    return Row(
        "error tolerance",
        Cell(
            "Most bits hardly matter, some ruin every answer from then on; coarse numbers are borne well.",
            (
                Figure("perplexity as trained", flips.perplexity, "", HERE, "lab flip"),
                Figure("worst after one flipped exponent bit", exponent.worst_perplexity or flips.perplexity, "", HERE, "lab flip"),
                Figure("answers changed by a low mantissa bit, at worst", mantissa.worst_changed, "", HERE, "lab flip"),
                Figure("perplexity with 8-bit weights", coarse.perplexity, "", HERE, "lab flip"),
            ),
        ),
        Cell(
            "A wrong bit spoils the try it happens in, and no other; not one bit of precision can be spared.",
            (
                Figure("other tries changed by one wrong bit", float(flips.hashing.others_changed), "", HERE, "lab flip"),
                Figure("valid shares of a search with one bit of its state wrong", float(flips.hashing.coarse_valid), "", HERE, "lab flip"),
            ),
        ),
    )


def _metric(hashing: Hashing, wall: Wall) -> Row:
    market, machine = record("snapshot", "market"), record("machines", MACHINE)
    figures = [_cited("joules per terahash", machine["efficiency_j_per_th"]), _cited("hashrate of the network", market["network_hashrate_ehs"])]
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


def _flexibility(stops: Stops) -> Row:
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


def _token(hashing: Hashing, flips: Flips) -> Row:
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


def _scarcity() -> Row:
    height = record("snapshot", "market")["block_height"]
    price = record("token_prices", PRICED_MODEL)["output_usd_per_mtok"]
    return Row(
        "scarcity",
        Cell(
            "None: as many as there are chips and energy for; the price follows the cost down.",
            (_cited("a million tokens of a 70-billion-weight model", price),),
        ),
        Cell(
            "Set by rule: at most 21 million, halving every 210,000 blocks; more machines find no more coins.",
            (
                Figure("coins there can ever be", MAX_SUPPLY_SAT / SAT_PER_BTC, "BTC", CITED, "bitcoin-protocol"),
                _derived("of these issued", issued_sat(int(float(height.value))) / MAX_SUPPLY_SAT, "", height),
            ),
        ),
    )


def _costs() -> Row:
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
                _cited("cost of an accelerator-hour to its owner", owner),
                _derived("energy's part of it, at wholesale power", gpu_energy / float(owner.value), "", draw, power, owner),
            ),
        ),
        Cell(
            "Energy far more than of an AI token; on the marginal machine, by definition, it takes all that a hash earns.",
            (
                _cited("what a petahash per second earns a day", hashprice),
                _derived(
                    "energy's part of that, at wholesale power", machine_energy / float(hashprice.value), "",
                    machine["efficiency_j_per_th"], power, hashprice,
                ),
            ),
        ),
    )  # fmt: skip
