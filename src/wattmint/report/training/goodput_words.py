"""What interruptions leave of a training run, in words: the same at the terminal and on the page."""

from wattmint.calculators.training.goodput import Goodput, Simulated
from wattmint.report.training.outage_words import duration
from wattmint.units import SECONDS_PER_HOUR


def goodput_words(found: Goodput, simulated: Simulated | None) -> list[str]:
    """Return an answer in a few lines.

    Parameters
    ----------
    found : Goodput
        By the formula.
    simulated : Simulated or None
        The same run, simulated.

    Returns
    -------
    list of str
        Lines; the first is the question.
    """
    terms, went = found.terms, found.shares
    pace = terms.checkpointing
    machines = ", ".join(f"{name if name.isupper() else name.lower()} {per_day:.2g}" for name, per_day in found.machines_per_day.items())
    sources = ", ".join(f"{name} {per_day:,.3g}" for name, per_day in found.per_day.items())
    flush = f", durable {duration(pace.flush_s)} later" if pace.flush_s else ""
    recovery = f"noticed after {duration(terms.detect_s)}, restarted in {duration(pace.restart_s)}"
    intervals = f"best {duration(found.best_s)}, Daly {duration(found.daly_s)}, Young {duration(found.young_s)}"
    lost = f"checkpoints {went.checkpoints:.2%}, work redone {went.redone:.2%}, restarts {went.restart:.2%}, waiting {went.waiting:.2%}"
    lines = [
        f"{terms.gpus:,.0f} accelerators, interrupted every {duration(SECONDS_PER_HOUR * found.hours_between_interruptions)}",
        f"{found.interruptions_per_day:,.3g} interruptions a day ({sources})",
        f"of machines and software, in the proportions of Llama 3: {machines}",
        f"a checkpoint stops the run for {duration(pace.blocking_s)}{flush}; {recovery}",
        f"checkpoint after {duration(found.interval_s)} of work; {intervals}",
        f"goodput {found.goodput:.2%}: {found.lost_gpu_hours_per_day:,.0f} GPU-hours a day are lost",
        f"of the time: {lost}, announced stops {went.planned:.2%}",
    ]
    if simulated:
        lines.append(
            f"simulated {simulated.runs:,} runs of {simulated.days:,.3g} days of work: goodput {simulated.goodput:.2%} (standard error "
            f"{simulated.standard_error:.2%}), {simulated.wall_days:,.4g} days on average, {simulated.wall_days_tail:,.4g} at most in 19 of 20"
        )
    return lines
