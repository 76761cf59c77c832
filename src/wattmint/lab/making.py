"""The properties of both tokens that show while they are made: algorithm, chip, memory, network and errors."""

from wattmint.facts.load import record
from wattmint.lab.evidence import DERIVED, HERE, Cell, Figure, Row, cited, derived
from wattmint.lab.flips import FlipEffect, Flips
from wattmint.lab.hashing import Hashing
from wattmint.lab.network import CHIP, MACHINE, Network
from wattmint.lab.wall import Wall
from wattmint.units import BYTES_PER_GB, FLOPS_PER_TFLOP


def algorithm_row(hashing: Hashing, wall: Wall) -> Row:
    """Return what is computed for a token: products of matrices, or hashes."""
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


def chip_row() -> Row:
    """Return which chips do it, and how much better a circuit for one thing is at that."""
    chip, machine, gpu = record("chips", CHIP), record("machines", MACHINE), record("gpu_hashing", CHIP)
    return Row(
        "chip",
        Cell(
            f"A programmable accelerator, here an {chip['name'].value}: it could mine, but at a price.",
            (cited("peak arithmetic, bf16", chip["bf16_tflops"]), cited("bitcoin hashing on it", gpu["efficiency_j_per_th"])),
        ),
        Cell(
            f"A circuit that can do nothing else, here an {machine['name'].value}.",
            (
                cited("energy per terahash", machine["efficiency_j_per_th"]),
                derived(
                    "times better than the accelerator",
                    float(gpu["efficiency_j_per_th"].value) / float(machine["efficiency_j_per_th"].value),
                    "",
                    gpu["efficiency_j_per_th"],
                    machine["efficiency_j_per_th"],
                ),
            ),
        ),
    )


def memory_row(hashing: Hashing, scrypt: Hashing, wall: Wall) -> Row:
    """Return how much the speed of memory decides."""
    chip, alone = record("chips", CHIP), wall.points[0]
    return Row(
        "memory speed",
        Cell(
            "Decides: one sequence alone waits for the weights to be read; only many together leave the memory roof.",
            (
                Figure("of the memory roof reached by one sequence", alone.achieved_bytes_per_s / wall.roofs.read_bytes_per_s, "", HERE, "lab wall"),
                Figure("sequences at which arithmetic takes over", wall.measured_batch, "", HERE, "lab wall"),
                cited("bandwidth of the accelerator's memory", chip["memory_bandwidth_tb_per_s"]),
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


def network_row(network: Network) -> Row:
    """Return what each must send, per kilowatt."""
    used = {one.name: one.source for one in network.inputs}

    def sources_of(*names: str) -> str:
        return " + ".join(dict.fromkeys(("lab network", *(used[name] for name in names))))

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


def error_row(flips: Flips) -> Row:
    """Return what a wrong bit does."""
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
