"""`lab network`: what a kilowatt of mining says to the world, and what a kilowatt of training must say to its neighbours.

A miner is told a block's header in a kilobyte or two, and answers with a line of text every few seconds. Chips that train one model
together must add up their gradients, all of them, at every step: in two bytes each, once around a ring. The step is that of a small
cluster; with more chips each works on fewer tokens between two exchanges, and the traffic rises.
"""

import json
from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.facts.fact import Fact
from wattmint.facts.load import record
from wattmint.lab.decoder import Array
from wattmint.physics.collectives import all_reduce_seconds
from wattmint.provenance import UsedInput
from wattmint.units import BITS_PER_BYTE, BITS_PER_GBIT, PARAMETERS_PER_B, W_PER_KW

MACHINE: Final = "antminer-s21-xp"
CHIP: Final = "h100-sxm"
MODEL: Final = "llama-3-1-8b"
PACKET_BYTES: Final = 66
"""Ethernet, IP and TCP headers of a packet that carries a message; the other side acknowledges it with as much."""

TRANSACTIONS: Final = 4096
"""In a full block, whose merkle branch is then twelve hashes long."""

_BYTES_PER_GRADIENT: Final = 2.0


@dataclass(frozen=True, slots=True)
class Ring:
    """An exchange of gradients made here: chips, bytes that each holds, bytes that each sent, and by the formula; whether sums agree."""

    chips: int
    held_bytes: int
    sent_bytes: int
    formula_bytes: float
    agrees: bool


@dataclass(frozen=True, slots=True)
class Network:
    """What `lab network` found.

    Attributes
    ----------
    notify_bytes, submit_bytes, answer_bytes : int
        Of the messages as built here, each a line of JSON.
    mining_bytes_per_s, mining_bytes_per_s_per_kw : float
        Of one machine, both directions, packet headers and acknowledgements included.
    gradient_bytes, step_s : float
        That a chip sends per step, and how long a step takes.
    training_bytes_per_s, training_bytes_per_s_per_kw : float
        Of one chip.
    link_bytes_per_s, link_share : float
        Of the chip's network link, and the share of it that this takes; above 1 the exchange is slower than the arithmetic.
    ratio : float
        Of the two per kilowatt.
    ring : Ring
        The exchange tried out on a small scale.
    inputs : tuple of UsedInput
        Everything cited.
    """

    notify_bytes: int
    submit_bytes: int
    answer_bytes: int
    mining_bytes_per_s: float
    mining_bytes_per_s_per_kw: float
    gradient_bytes: float
    step_s: float
    training_bytes_per_s: float
    training_bytes_per_s_per_kw: float
    link_bytes_per_s: float
    link_share: float
    ratio: float
    ring: Ring
    inputs: tuple[UsedInput, ...]


def notify_message() -> bytes:
    """Return a new job as a pool sends it (Stratum version 1, ``mining.notify``): a full block's."""
    branch = [f"{i + 1:02x}" * 32 for i in range((TRANSACTIONS - 1).bit_length())]
    start = "01000000" + "01" + 64 * "0" + "ffffffff" + "4b" + "03e0a40e" + "fabe6d6d" + "5a" * 44  # height, merged-mining mark, pool's tag
    end = "00" * 4 + "ffffffff" + "02" + "0" * 16 + "160014" + "11" * 20 + "0" * 16 + "266a24aa21a9ed" + "22" * 32 + "00" * 4
    job = ["6722f3b900001a2b", "00" * 4 + "33" * 28, start, end, branch, "20000000", "17028281", "6722f3b9", False]
    return _line({"id": None, "method": "mining.notify", "params": job})


def submit_message() -> bytes:
    """Return a share as a machine sends it (``mining.submit`` with the version bits of BIP 310)."""
    share = ["account.worker001", "6722f3b900001a2b", "0000000a", "6722f3c4", "b2957c02", "04a2e000"]
    return _line({"id": 1042, "method": "mining.submit", "params": share})


def answer_message() -> bytes:
    """Return the pool's answer to a share."""
    return _line({"id": 1042, "result": True, "error": None})


def _line(message: dict[str, object]) -> bytes:
    return json.dumps(message).encode() + b"\n"


def measure_network() -> Network:
    """Return bytes per second and kilowatt of a mining machine and of a chip in training.

    Returns
    -------
    Network
        Messages and exchange are made here; how often, and of what machine, chip and model, is cited.
    """
    machine, chip, model = record("machines", MACHINE), record("chips", CHIP), record("models", MODEL)
    pool, training = record("defaults", "pool-connection"), record("defaults", "training-exchange")
    notify, submit, answer = (len(message) + 2 * PACKET_BYTES for message in (notify_message(), submit_message(), answer_message()))
    mining = notify / _number(pool["job_interval_s"]) + (submit + answer) / _number(pool["share_interval_s"])
    chips = _number(training["training_gpus"])
    step_s = _number(training["training_tokens_per_step"]) / chips / _number(training["training_tokens_per_s_per_gpu"])
    held = _BYTES_PER_GRADIENT * _number(model["parameters_total_b"]) * PARAMETERS_PER_B
    sent = float(all_reduce_seconds(np.array(held), np.array(chips), np.array(1.0)))  # over a link of a byte per second
    link = _number(chip["scale_out_gbit_per_s"]) * BITS_PER_GBIT / BITS_PER_BYTE
    per_kw = (mining / _number(machine["power_w"]) * W_PER_KW, sent / step_s / _number(chip["allin_kw_per_gpu"]))
    used = [machine["power_w"], chip["scale_out_gbit_per_s"], chip["allin_kw_per_gpu"], model["parameters_total_b"], *pool.values()]
    return Network(
        notify_bytes=len(notify_message()),
        submit_bytes=len(submit_message()),
        answer_bytes=len(answer_message()),
        mining_bytes_per_s=mining,
        mining_bytes_per_s_per_kw=per_kw[0],
        gradient_bytes=sent,
        step_s=step_s,
        training_bytes_per_s=sent / step_s,
        training_bytes_per_s_per_kw=per_kw[1],
        link_bytes_per_s=link,
        link_share=sent / step_s / link,
        ratio=per_kw[1] / per_kw[0],
        ring=ring_exchange(int(chips), 1 << 16),
        inputs=tuple(fact.used() for fact in (*used, *training.values())),
    )


def _number(fact: Fact) -> float:
    return float(fact.value)


def ring_exchange(chips: int, values: int) -> Ring:
    """Add up gradients around a ring, as chips do, and count what each sends.

    Parameters
    ----------
    chips : int
        At least 2; each holds `values` float32 numbers, a multiple of `chips`.
    values : int
        See there.

    Returns
    -------
    Ring
        Sent by each: 2 (chips - 1) pieces of ``1 / chips`` of what it holds, first to add up, then to tell.
    """
    rng = np.random.default_rng(chips)
    held = rng.integers(-100, 100, size=(chips, chips, values // chips)).astype(np.float32)
    right, sent = held.sum(axis=0), 0
    for turn in range(2 * (chips - 1)):
        wires: list[Array] = [held[chip, (chip - turn) % chips].copy() for chip in range(chips)]
        sent += wires[0].nbytes
        for chip, piece in enumerate(wires):
            to, slot = (chip + 1) % chips, (chip - turn) % chips
            held[to, slot] = held[to, slot] + piece if turn < chips - 1 else piece
    size = held[0].nbytes
    formula = float(all_reduce_seconds(np.array(float(size)), np.array(float(chips)), np.array(1.0)))
    return Ring(chips, size, sent, formula, bool(all(np.array_equal(one, right) for one in held)))
