"""The steady state of a server that batches continuously: sequences come and go while each step moves all of them one token ahead.

A closed loop: so many clients, each asks again once answered. A request waits for its prompt to be worked off, then is decoded with all
others. Prompts and steps share the chips, so a step that lets prompts in takes longer: per token b w f / n, for b sequences, w seconds per
prompt, n tokens per answer and interference f. How many are being decoded follows from how long a request waits, which follows from how
busy the chips are: a fixed point. Prompts that fall in one step share its launches.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.physics.roofline import overlapped_seconds
from wattmint.physics.serving_decode import Step, decode_step
from wattmint.physics.serving_memory import sequence_bytes, sequences_held
from wattmint.physics.serving_prefill import Prefill, prefill
from wattmint.physics.serving_types import Case, Columns, FloatArray

ROUNDS: Final = 7
"""Rounds of the fixed point; by then it moves by less than a per mille."""

DAMPING: Final = 0.3
"""Part of the last round's number of sequences that the next one keeps."""

HALVINGS: Final = 8
"""Steps of the search for the largest batch within a limit; the logarithm of the batch is halved, and what is left shared out."""

SMALLEST: Final = 1e-9
"""Least difference of two logarithms to divide by."""

BUSIEST: Final = 0.95
"""Share of time for prompts beyond which the waiting formula is not believed."""


@dataclass(frozen=True, slots=True)
class Steady(Columns):
    """What a server does once full.

    Attributes
    ----------
    tpot_s, ttft_s : FloatArray
        Mean time per output token after the first, and to the first, s.
    tokens_per_s : FloatArray
        Output of one instance; with separate prompts of as many chips as it has, in balance.
    sequences : FloatArray
        Being decoded in one attention group.
    held : FloatArray
        For how many a group has memory.
    step : Step
        Of decoding.
    prompts : Prefill
        Of one prompt.
    prompt_share : FloatArray
        Share of a step's time that prompts take.
    memory_busy, arithmetic_busy : FloatArray
        Shares of peak bandwidth and rate in use.
    """

    tpot_s: FloatArray
    ttft_s: FloatArray
    tokens_per_s: FloatArray
    sequences: FloatArray
    held: FloatArray
    step: Step
    prompts: Prefill
    prompt_share: FloatArray
    memory_busy: FloatArray
    arithmetic_busy: FloatArray


def steady_state(case: Case) -> Steady:
    """Return the steady state.

    Parameters
    ----------
    case : Case
        Columns; where memory does not hold one sequence, the result is that of one nevertheless.

    Returns
    -------
    Steady
        Per case.
    """
    load, soft = case.load, case.software
    prompts = prefill(case)
    held = sequences_held(case)
    room = np.maximum(held, 1.0)
    most = np.isinf(load.requests)
    asked = np.maximum(load.requests / load.dp, 1.0)
    limit = np.minimum(room, np.where(most, soft.most_sequences * load.pp, np.inf))
    wanted = np.where(most, _within_limit(case, limit, prompts), asked)
    # A mean number running was held in memory, whatever the estimate of memory says.
    start = np.where(load.running > 0.0, wanted, np.minimum(wanted, limit))
    sequences = start
    waiting, apart = ~most & (load.running == 0.0), load.separate > 0.0
    for _ in range(ROUNDS):
        tpot, ttft = _times(case, prompts, sequences, wanted)
        decoding = load.output * tpot
        moved = np.where(waiting & (wanted <= limit), start * decoding / (decoding + ttft), start)
        # Prompts' own chips are taken from the same total, so that those that decode serve more requests each.
        moved = np.minimum(moved * np.where(apart & waiting, 1.0 + sequences * prompts.work_s / decoding, 1.0), np.maximum(limit, moved))
        sequences = DAMPING * sequences + (1.0 - DAMPING) * moved
    tpot, ttft = _times(case, prompts, sequences, wanted)
    return _results(case, prompts, (sequences, wanted, start, held), (tpot, ttft))


def _times(case: Case, prompts: Prefill, sequences: FloatArray, wanted: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Time per token and to the first, apart from waiting for room in memory."""
    load, soft = case.load, case.software
    tpot = _token_s(case, prompts, sequences)
    busy = np.minimum(sequences * prompts.work_s / (load.output * tpot), BUSIEST)
    queue = soft.queue * prompts.work_s * busy / (1.0 - busy) / 2.0
    ttft = soft.request_s + prompts.alone_s + soft.step_wait * tpot + queue + soft.burst * np.maximum(wanted, 1.0) * prompts.work_s
    return tpot, ttft + np.where(load.separate > 0.0, _handover_s(case), 0.0)


def _token_s(case: Case, prompts: Prefill, sequences: FloatArray) -> FloatArray:
    """Time per token: the step's, and what the prompts that arrive meanwhile add to it."""
    load, soft = case.load, case.software
    arriving = sequences / load.output
    added = soft.interference * overlapped_seconds(arriving * prompts.work_s, np.minimum(arriving, 1.0) * prompts.launch_s)
    result: FloatArray = decode_step(case, sequences).total_s / soft.accepted + np.where(load.separate > 0.0, 0.0, added)
    return result


def _handover_s(case: Case) -> FloatArray:
    """Time to move a prompt's cache from the chips that made it to those that decode."""
    return sequence_bytes(case, case.load.prompt) * case.load.pp / (case.chip.link_bytes_per_s * case.software.link)


def _within_limit(case: Case, limit: FloatArray, prompts: Prefill) -> FloatArray:
    """Largest number of sequences up to `limit` at which the slowest tokens keep the limit on the time per token."""
    rows = np.flatnonzero(np.isfinite(case.load.tpot_limit_s) & np.isinf(case.load.requests))
    result = limit.copy()
    if len(rows):
        some, works = case.take(rows), prompts.take(rows)
        allowed = some.load.tpot_limit_s / some.software.tail
        low, high = np.zeros(len(rows)), np.log(limit[rows])
        late = _token_s(some, works, limit[rows]) > allowed
        for _ in range(HALVINGS):
            middle = (low + high) / 2.0
            over = _token_s(some, works, np.exp(middle)) > allowed
            low, high = np.where(over, low, middle), np.where(over, middle, high)
        # Between the last two the time is taken as a power of the batch, so that the result is smooth in all numbers.
        early_s, late_s = (np.log(_token_s(some, works, np.exp(end))) for end in (low, high))
        between = np.clip((np.log(allowed) - early_s) / np.maximum(late_s - early_s, SMALLEST), 0.0, 1.0)
        result[rows] = np.where(late, np.exp(low + (high - low) * between), limit[rows])
    return result


def _results(
    case: Case, prompts: Prefill, counts: tuple[FloatArray, FloatArray, FloatArray, FloatArray], times: tuple[FloatArray, FloatArray]
) -> Steady:
    load, soft = case.load, case.software
    sequences, wanted, start, held = counts
    tpot, ttft = times
    waiting = ~np.isinf(load.requests) & (load.running == 0.0)
    decoding = load.output * tpot
    full = waiting & (wanted > start)
    ttft = ttft + np.where(full, (wanted / start - 1.0) * decoding, 0.0)
    cycle = (decoding + ttft) * np.where(wanted > 1.0, soft.wave_loss, 1.0)
    share = sequences * prompts.work_s / decoding
    # Where prompts have their own chips, these come on top: as many as keep pace.
    alone = start / tpot / np.where(load.separate > 0.0, 1.0 + share, 1.0)
    rate = np.where(waiting, wanted * load.output / cycle, alone) * load.dp
    step = decode_step(case, sequences)
    steps_per_s = 1.0 / (tpot * soft.accepted)
    return Steady(
        tpot_s=tpot,
        ttft_s=ttft,
        tokens_per_s=rate,
        sequences=sequences,
        held=held,
        step=step,
        prompts=prompts,
        prompt_share=np.minimum(share, 1.0),
        memory_busy=np.minimum(step.read_bytes / case.chip.bandwidth_bytes_per_s * steps_per_s, 1.0),
        arithmetic_busy=np.minimum(step.flops_peak_s * steps_per_s + share * prompts.flops_peak_s / prompts.work_s, 1.0),
    )
