"""Small results of every experiment, for those who only tell them."""

import numpy as np

from wattmint.lab.flips import FlipEffect, Flips, HashFlips, PrecisionEffect
from wattmint.lab.hashing import Hashing
from wattmint.lab.memoryless import luck_of
from wattmint.lab.network import measure_network
from wattmint.lab.roofs import Roofs
from wattmint.lab.stopping import MiningStop, Stops, TrainingStop
from wattmint.lab.wall import Wall, WallPoint
from wattmint.market.snapshot import market_snapshot
from wattmint.scenario.model import Market


def hashing(**changes: object) -> Hashing:
    difficulty = next(value for value in market_snapshot(Market()).values if value.name == "difficulty")
    intervals = np.random.default_rng(5).geometric(1.0 / 65536, size=400)
    made = {
        "algorithm": "sha256d", "kernel": "16 per vector instruction", "threads": 2, "seconds": 3.0, "tries": 3 * 10**8, "mhs_per_thread": 50.0,
        "mhs_total": 100.0, "plain_mhs": 1.25, "times_plain": 40.0, "shares": 401, "tries_per_share": 65536, "best_share_difficulty": 0.02,
        "joules": None, "joules_per_th": None, "energy_note": "this machine shows no energy counters (RAPL)", "difficulty": difficulty,
        "block_seconds": 5.8e15, "block_years": 1.8e8, "luck": luck_of(intervals, 65536),
    }  # fmt: skip
    return Hashing(**{**made, **changes})


def scrypt() -> Hashing:
    return hashing(algorithm="scrypt", mhs_per_thread=0.0025, mhs_total=0.005, difficulty=None, block_seconds=None, block_years=None)


def wall() -> Wall:
    points = tuple(
        WallPoint(
            batch, 0.004 + 0.0005 * batch, batch / (0.004 + 0.0005 * batch), 8e7 * batch, 1.6e8, 0.5 * batch, 2e10, 3e10, 0.004, 0.005, -0.2, 0.1
        )
        for batch in (1, 8, 64)
    )
    return Wall("one thread of this machine's processor", 160_000_000, Roofs(4e10, 3e10, 1.5e11), points, 7.5, 8.0, -0.0625)


def flips() -> Flips:
    parts = ("sign", "exponent", "mantissa, high half", "mantissa, low half")
    effects = tuple(FlipEffect(where, part, 96, 3e-6, 1.7, 32.0, 0.07, 0.98, 0) for where in ("weight", "activation") for part in parts[:3])
    effects += tuple(FlipEffect(where, parts[3], 144, None, None, None, 1.0, 1.0, 144) for where in ("weight", "activation"))
    precisions = (PrecisionEffect("fp32", 32, 0.0, 5.4, 0.0), PrecisionEffect("int8", 8, 5e-5, 5.5, 0.01))
    return Flips(5.4, 5.1, 384, effects, precisions, HashFlips(2000, 0, 0.5, 48, 48, 0))


def stops() -> Stops:
    mining = MiningStop(15_728_640, 262, 393_216, 0.01, 0.6, 15_728_640, 246, 240.0)
    return Stops(mining, TrainingStop(20, 55, 40, 15, 0.4, 0.5, True), TrainingStop(0, 55, 0, 55, 1.3, 0.5, None))


def everything() -> dict[str, object]:
    return {"hash": hashing(), "wall": wall(), "flip": flips(), "stop": stops(), "network": measure_network()}
