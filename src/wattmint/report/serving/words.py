"""The serving calculator's answer in sentences and tables of text for its page."""

from typing import Final

from wattmint.calculators.serving.case import ServeAnswer
from wattmint.calculators.serving.check import Check
from wattmint.calculators.serving.frontier import Frontier
from wattmint.calculators.serving.memory_wall import MemoryWall
from wattmint.facts.fact import Fact
from wattmint.report.digits import NOT_DEFINED, price, quantity, rate, share
from wattmint.report.tables import Table
from wattmint.serving.limits import Layout

TIME_SHARES: Final = "share_"
CHECK_NAMES: Final = {
    "tpot_ms": "Time per output token", "output_tokens_per_s_per_gpu": "Output tokens per second and GPU", "ttft_ms": "Time to first token",
    "joules_per_output_token": "GPU energy per output token",
}  # fmt: skip


def headline(found: ServeAnswer) -> str:
    """Return the answer in one line."""
    case = found.case
    return f"{case['model_name']} on {case['gpus']:,} x {case['gpu_name']}: {found.estimate['output_tokens_per_s']:,.0f} output tokens/s"


def asked(found: ServeAnswer) -> str:
    """Return what was asked, in one line."""
    case = found.case
    copies = f"{case['replicas']:,} copies of " if case["replicas"] > 1 else ""
    cut = f"{copies}tp {case['tp']} x pp {case['pp']} x dp {case['dp']}, ep {case['ep']}"
    requests = f"{quantity(round(case['concurrency']))} requests at once"
    return f"{requests} of {quantity(case['isl'])} tokens read and {quantity(case['osl'])} written, {case['precision']}, {cut}"


def sentences(found: ServeAnswer) -> list[tuple[str, list[str]]]:
    """Return the answer in sentences, with a heading for each group."""
    e, power = found.estimate, found.power
    waits = f"A user waits {e['ttft_ms']:,.0f} ms for the first token and {e['tpot_ms']:.1f} ms for each further one."
    time = ", ".join(f"{name} {share(value)}" for name, value in time_shares(found).items())
    bound = f"The bound is {e['bound']}; the time goes to {time}."
    draws = f"A GPU draws {e['gpu_power_w']:,.0f} W, with its share of the node {e['node_power_w_per_gpu']:,.0f} W"
    written = f"a megawatt of site writes {power.output_tokens_per_s_per_site_mw:,.0f} tokens per second"
    power_said = f"{draws} and of the site {power.site_power_w_per_gpu:,.0f} W; {written}."
    band = [f"In four of five cases the time per token lies between {e['tpot_ms_low']:.1f} and {e['tpot_ms_high']:.1f} ms."]
    return [("Waits", [waits, bound]), ("Power", [power_said]), ("Money", money(found)), ("How sure", band)]


def money(found: ServeAnswer) -> list[str]:
    """Return costs, and what the market leaves, in sentences."""
    costs, market = found.costs, found.market
    if costs["usd_per_mtok"] is None:
        return ["No price of this accelerator is known, so no cost of its tokens either."]
    each = f"{usd(costs['usd_per_mtok_input'])} read and {usd(costs['usd_per_mtok_output'])} written"
    said = [f"A million tokens costs {each}, {usd(costs['usd_per_mtok'])} over both."]
    if market.prices is not None and market.tokens is not None:
        read, written = market.prices.usd_per_mtok
        left = price(market.tokens["margin_usd_per_mwh_it"], "USD/MWh")
        said.append(f"The market pays {usd(read)} and {usd(written)}, which leaves {left} of IT load at this utilisation.")
    for contract, fact in market.rentals.items():
        left = price(market.renting[contract]["margin_usd_per_mwh_it"], "USD/MWh")
        said.append(f"Rented out at {price(float(fact.value), 'USD/GPU-h')} ({contract}) the same hours leave {left}.")
    return said


def usd(value: float | None) -> str:
    """Return a price of a million tokens, e.g. ``$0.42``, ``$0.034``."""
    if value is None:
        return NOT_DEFINED
    return price(value, "USD") if value >= 0.1 else f"${value:.3f}"


def time_shares(found: ServeAnswer) -> dict[str, float]:
    """Return the share of time by what bounds, the largest first; what is below half a per cent is left out."""
    shares = {name.removeprefix(TIME_SHARES): float(value) for name, value in found.estimate.items() if name.startswith(TIME_SHARES)}
    return {name.replace("_", " "): value for name, value in sorted(shares.items(), key=lambda one: -one[1]) if value >= 0.005}


def result_table(found: ServeAnswer) -> Table:
    """Return the main numbers with their bands."""
    e = found.estimate

    def row(label: str, name: str, digits: str) -> tuple[str, str, str]:
        low, high = e.get(f"{name}_low"), e.get(f"{name}_high")
        return label, format(e[name], digits), "" if low is None else f"{format(low, digits)} to {format(high, digits)}"

    rows = (
        row("Output tokens/s", "output_tokens_per_s", ",.0f"),
        row("Output tokens/s per GPU", "output_tokens_per_s_per_gpu", ",.0f"),
        row("All tokens/s per GPU", "total_tokens_per_s_per_gpu", ",.0f"),
        row("Time to first token, ms", "ttft_ms", ",.0f"),
        row("Time per output token, ms", "tpot_ms", ",.1f"),
        row("Requests that memory holds", "max_concurrency", ",.0f"),
        row("GPU power, W", "gpu_power_w", ",.0f"),
        row("Node power per GPU, W", "node_power_w_per_gpu", ",.0f"),
        row("Energy per token, GPU, J", "joules_per_output_token", ",.3g"),
    )
    return Table("The estimate and its 80 % band", ("Measure", "Estimate", "Band"), rows)


def cost_table(found: ServeAnswer) -> Table:
    """Return an accelerator's hour line by line, and what each line adds to a million tokens."""
    hour, mtok = found.costs["usd_per_gpu_h"], found.costs["usd_per_mtok_lines"]
    rows: list[tuple[str, ...]] = [(line, _usd4(value), _usd4(mtok[line])) for line, value in hour.items()]
    known = all(value is not None for value in hour.values())
    total = (sum(hour.values()), sum(mtok.values())) if known else (None, None)
    rows.append(("together", *(_usd4(value) for value in total)))
    return Table("What an hour of a GPU and a million tokens cost, USD", ("Line", "GPU hour", "Million tokens, read and written"), tuple(rows))


def frontier_table(best: Frontier) -> Table:
    """Return the best ways to run at each speed."""
    rows = tuple(
        (f"{user:,.0f}", f"{gpu:,.0f}", f"{layout.replicas} x tp{layout.tp} pp{layout.pp} ep{layout.ep} dp{layout.dp}", f"{requests:,}")
        for user, gpu, layout, requests in zip(best.per_user, best.per_gpu, best.layouts, best.requests, strict=True)
    )
    return Table("The best way to run at each speed", ("Tokens/s for a user", "Output tokens/s per GPU", "Layout", "Requests at once"), rows)


def wall_table(wall: MemoryWall) -> Table:
    """Return how much arithmetic idles at each batch, by the datasheet."""
    rows = tuple(
        (f"{step.batch:,}", f"{100.0 * step.idle_ops_share:.1f}%", f"{step.flop_per_byte:,.3g}", f"{step.tokens_per_s_per_chip:,.0f}", step.bound)
        for step in wall.steps
    )
    head = ("Batch", "Operations idle", "Operations per byte read", "Tokens/s per GPU at most", "Bound by")
    return Table("The memory wall, by datasheet and architecture alone", head, rows)


def wall_words(wall: MemoryWall, costs: tuple[Fact, ...]) -> str:
    """Return the memory wall in a few sentences."""
    held = f"memory holds {wall.memory_batch:,}"
    leaves = f"No batch leaves the wall ({held})." if wall.leaves_at is None else f"Batch {wall.leaves_at:,} leaves the wall; {held}."
    idle = f"At a batch of {wall.at.batch:,} per copy {100.0 * wall.at.idle_ops_share:.0f}% of the operations idle even with perfect software."
    said = [idle, leaves]
    if wall.faster is not None:
        faster = wall.faster
        gives = f"{faster.bandwidth_ratio:.2f} times the bandwidth and gives {faster.tokens_ratio:.2f} times the tokens"
        said.append(f"{faster.memory} in the same stacks has {gives}.")
    known = {fact.attribute: float(fact.value) for fact in costs}
    if "memory_cost_usd" in known:
        part = share(known["memory_cost_usd"] / sum(known.values()))
        memory, logic = known["memory_cost_usd"], known["logic_cost_usd"]
        said.append(f"The memory costs the chip's maker ${memory:,.0f}, {part} of all parts; the cores ${logic:,.0f}.")
    else:
        said.append(f"Memory is {share(known['memory_cost_share'])} of what AI chips are made of, the cores {share(known['logic_cost_share'])}.")
    return " ".join(said)


def check_words(check: Check) -> str:
    """Return how well one quantity is predicted, in a sentence."""
    error = f"median error {rate(check.median_error)}, mean {rate(check.mean_error)}, nine of ten within {rate(check.p90_error)}"
    return f"{CHECK_NAMES[check.name]}: {len(check.measured):,} of {check.asked:,} rows; {error}; the 80 % band held {share(check.band_share)}."


def captions(found: ServeAnswer, own: Frontier, best: Frontier) -> dict[str, str]:
    """Return what each picture shows, in a sentence with numbers."""
    e = found.estimate
    fastest, fullest = own.per_user[-1], own.per_gpu.max()
    gain = best.per_gpu.max() / fullest - 1.0
    other = f"The best of all layouts gives {rate(gain)} more at its fullest." if gain > 0.01 else "No other layout gives more at its fullest."
    decode = f"Decoding does {e['flop_per_byte']:,.3g} operations per byte read, the chip could do {e['ridge_flop_per_byte']:,.0f}, and reaches "
    decode += f"{e['attained_tflops']:,.3g} TFLOP/s."
    return {
        "frontier": f"This layout writes {fastest:,.0f} tokens per second for a single user and at most {fullest:,.0f} per second and GPU. {other}",
        "roofline": decode,
        "costs": " ".join(money(found)[:2]),
    }


METHOD: Final = """\
Prefill is bound by arithmetic, decoding by reading weights and cache; collectives and overheads per layer and step come on top.
The few fitted numbers are in the table serving_fit; docs/serving.md has their errors in and out of sample.
An hour of a GPU costs its price with its share of the server, network, storage and halls, each paid back with interest over its life,\
 power with the site's own, staff and upkeep.
Reading and writing take turns on the same GPUs: a million input tokens cost the share of time that prefill takes, output tokens the rest.
Margins are per MWh of IT load, idle hours included; selling tokens and renting out are taken at the same utilisation.
The roof is the datasheet's. Points under it are what the estimate reaches, overheads included."""
"""How the numbers come about, a line each."""


def _usd4(value: float | None) -> str:
    return NOT_DEFINED if value is None else f"{value:.4f}"


def point_label(layout: Layout, requests: int) -> str:
    """Return what a point of the frontier is."""
    return f"{layout.replicas} x tp{layout.tp} pp{layout.pp} ep{layout.ep} dp{layout.dp}, {requests:,} at once"
