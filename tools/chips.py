"""Rows of `chips.csv` from the raw accelerator list, the all-in power list and the daily rental offers."""

import re
import statistics
from collections.abc import Iterator
from typing import Final

from tables import Row, row

SPECS: Final = {
    "fp32_tflops": "fp32_tflops",
    "tf32_dense_tflops": "tf32_tflops",
    "bf16_dense_tflops": "bf16_tflops",
    "fp16_dense_tflops": "fp16_tflops",
    "fp8_dense_tflops": "fp8_tflops",
    "int8_dense_tops": "int8_tops",
    "fp4_dense_tflops": "fp4_tflops",
    "mem_gb": "memory_gb",
    "mem_bw_tb_s": "memory_bandwidth_tb_per_s",
    "link_tech": "link",
    "scaleup_bidir_gb_s_per_gpu": "scale_up_gb_per_s",
    "scaleup_domain_size": "scale_up_domain_gpus",
    "scaleout_gbit_s_per_gpu": "scale_out_gbit_per_s",
    "tdp_w": "tdp_w",
}
"""Raw column → attribute."""

ALL_IN: Final = {
    "h100": "h100-sxm",
    "h200": "h200-sxm",
    "b200": "b200-sxm",
    "b300": "b300-sxm",
    "gb200": "gb200-nvl72",
    "gb300": "gb300-nvl72",
    "mi300x": "mi300x",
    "mi325x": "mi325x",
    "mi355x": "mi355x",
    "rtx6000pro": "rtx-pro-6000-blackwell-se",
    "rtx5090": "rtx-5090",
}
"""Name in the all-in power list → id."""

OFFERED_AS: Final = {
    "v100": "v100-sxm2-16gb",
    "t4": "t4",
    "a100-sxm-40": "a100-sxm-40gb",
    "a100-sxm-80": "a100-sxm-80gb",
    "a100-pcie-80": "a100-pcie-80gb",
    "a10": "a10",
    "rtx-3090": "rtx-3090",
    "rtx-4090": "rtx-4090",
    "rtx-5090": "rtx-5090",
    "rtx-pro-6000-server": "rtx-pro-6000-blackwell-se",
    "l4": "l4",
    "l40": "l40",
    "l40s": "l40s",
    "h100-pcie": "h100-pcie",
    "h100-sxm": "h100-sxm",
    "h100-nvl": "h100-nvl",
    "gh200": "gh200",
    "h200": "h200-sxm",
    "h200-nvl": "h200-nvl",
    "b200": "b200-sxm",
    "b300": "b300-sxm",
    "gb200": "gb200-nvl72",
    "gb300": "gb300-nvl72",
    "mi300x": "mi300x",
    "mi325x": "mi325x",
    "mi350x": "mi350x",
}
"""Name in the offers → id. Names that do not tell the form factor (h100, a100) are left out."""

OFFER_MONTH: Final = "2026-08"
FIRM_KINDS: Final = ("on-demand", "secure", "community")
"""Offers that are not spot and not priced per request."""

SERVER_RATIO: Final = (1.15, 1.31, 1.40)
"""Price of a server over the price of its accelerators: low, used, high. See source `iren-microsoft-2025-11`."""

ALIASES: Final = {
    "p100-sxm2": "P100",
    "v100-sxm2-16gb": "V100 16GB",
    "v100-sxm2-32gb": "V100, V100 32GB",
    "a100-sxm-40gb": "A100 40GB, A100-40G",
    "a100-sxm-80gb": "A100, A100 80GB, A100-80G, A100 SXM",
    "a100-pcie-80gb": "A100 PCIe",
    "h100-sxm": "H100, H100 80GB HBM3, H100 SXM5 80GB",
    "h100-pcie": "H100 PCIe 80GB",
    "h100-nvl": "H100 NVL 94GB",
    "h800-sxm": "H800",
    "h200-sxm": "H200, H200 SXM5 141GB",
    "b200-sxm": "B200, HGX B200, DGX B200",
    "b300-sxm": "B300, HGX B300, DGX B300",
    "gb200-nvl72": "GB200, GB200 NVL4",
    "gb300-nvl72": "GB300",
    "vr200-nvl72": "VR200, Vera Rubin NVL72, Rubin",
    "rtx-pro-6000-blackwell-se": "RTX PRO 6000, RTX PRO 6000 Blackwell, RTX 6000 Pro",
    "tpu-v5e": "v5e, TPU v5 Lite, v5litepod",
    "tpu-v5p": "v5p",
    "tpu-v6e": "v6e, Trillium",
    "tpu-v7": "TPU7x, v7x, Ironwood",
    "tpu-v4": "v4",
    "trainium1": "trn1",
    "trainium2": "trn2",
    "trainium3": "trn3",
    "inferentia2": "inf2",
    "mi250x": "MI250",
}
"""Id → further names that people use; the plain name of a family means its most common form."""

LIKE: Final = {
    "gh200-144gb": (
        "gh200",
        {"name": "GH200 144GB HBM3e", "aliases": "GH200_144, GH200 HBM3e, GH200 144G"},
        {"release_date": "2024-05", "memory_gb": 144.0, "memory_bandwidth_tb_per_s": 4.9},
    ),
    "h100-96gb-500w": (
        "h100-sxm",
        {"name": "H100 96GB HBM2e 500W", "aliases": "H100 96GB HBM2e"},
        {"memory_gb": 96.0, "memory_bandwidth_tb_per_s": 2.4, "tdp_w": 500.0},
    ),
}
"""Id → chip it is but for some words and numbers. No list read has these: what differs is remembered, the rest inferred; all estimates."""

_RECALLED: Final = "accelerator-datasheets"
_ESTIMATED: Final = "estimate-chips"
_GRADES: Final = {"high": "A", "med": "B", "low": "C"}
_RECALLED_GRADES: Final = {"high": "B", "med": "C", "low": "C"}
_SPEC_DATE: Final = "2026-08"


def chip_rows(specs: list[dict[str, str]], all_in: list[dict[str, str]], offers: list[dict[str, str]]) -> Iterator[Row]:
    """Yield the rows of the table in the order of the raw list.

    Parameters
    ----------
    specs, all_in, offers : list of dict
        Rows of ``gpu_specs.csv``, ``gpu_tco_power_inferencex.csv`` and the daily offers.

    Yields
    ------
    Row
        Name, vendor, release, rates by precision, memory, links, power, prices, rentals, grade of the source.
    """
    measured = {ALL_IN[item["gpu"]]: item for item in all_in}
    rentals = _rentals(offers)
    for item in specs:
        id_ = _slug(item["name"])
        yield from _spec_rows(id_, item)
        yield from _price_rows(id_, item)
        if id_ in measured:
            yield from _all_in_rows(id_, measured[id_])
        if id_ in rentals:
            yield from _rental_rows(id_, rentals[id_])
        if id_ in ALIASES:
            yield row(id_, "aliases", ALIASES[id_], _RECALLED, "published", _SPEC_DATE)
        for like, (of, words, numbers) in LIKE.items():
            if of == id_:
                yield from _like_rows(like, item, words, numbers)


def _like_rows(id_: str, item: dict[str, str], words: dict[str, str], numbers: dict[str, float | str]) -> Iterator[Row]:
    """Yield the specifications of a chip that is another but for some words and numbers; prices are not carried over."""
    changed = {**words, **numbers}
    for old in _spec_rows(id_, item):
        value = _RECALLED_GRADES["low"] if old.attribute == "reliability" else changed.get(old.attribute, old.value)
        yield row(id_, old.attribute, value, _ESTIMATED, "estimate", old.as_of)
    yield row(id_, "aliases", words["aliases"], _ESTIMATED, "estimate", _SPEC_DATE)


def _spec_rows(id_: str, item: dict[str, str]) -> Iterator[Row]:
    source, kind = _spec_origin(item)
    yield row(id_, "name", re.sub(r" \(per GPU.*\)", "", item["name"]), source, kind, _SPEC_DATE)
    yield row(id_, "vendor", item["vendor"], source, kind, _SPEC_DATE)
    yield row(id_, "release_date", item["release"], source, kind, _SPEC_DATE)
    for column, name in SPECS.items():
        if item[column]:
            value = item[column] if name == "link" else float(item[column])
            yield row(id_, name, value, source, kind, _SPEC_DATE)
    grades = _GRADES if kind == "datasheet" else _RECALLED_GRADES
    yield row(id_, "reliability", grades[item["confidence"]], source, "estimate", _SPEC_DATE)


def _price_rows(id_: str, item: dict[str, str]) -> Iterator[Row]:
    if not item["price_usd_low"]:
        return
    low, high = float(item["price_usd_low"]), float(item["price_usd_high"])
    # Where the note gives a range per year the newest year counts: "2024 23-30k, 2025 20-27k".
    years = re.findall(r"(20\d\d) (\d+)-(\d+)k", item["price_note"])
    year = max((found[0] for found in years), default=item["release"][:4])
    if years:
        low, high = (1000 * float(cell) for cell in max(years)[1:])
    source = "epoch-chip-prices" if "epoch-research" in item["price_note"] else "accelerator-street-prices"
    yield row(id_, "chip_usd", (low + high) / 2, source, "estimate", year, (low, high))
    least, used, most = SERVER_RATIO
    yield row(id_, "accelerator_usd", used * (low + high) / 2, "iren-microsoft-2025-11", "estimate", year, (least * low, most * high))


def _all_in_rows(id_: str, item: dict[str, str]) -> Iterator[Row]:
    columns = {
        "allin_kw_per_gpu_2026_08": "allin_kw_per_gpu",
        "rental_3yr_usd_gpu_hr_2026_08": "rental_3_year_usd_per_gpu_h",
        "tco_neocloud_usd_gpu_hr_2026_08": "owner_cost_usd_per_gpu_h",
    }
    for column, name in columns.items():
        if item[column]:
            yield row(id_, name, float(item[column]), "inferencex-2026-08", "published", OFFER_MONTH)


def _rentals(offers: list[dict[str, str]]) -> dict[str, list[float]]:
    # One number per provider, its own median of the month: a provider with many regions must not outvote the others.
    quotes: dict[str, dict[str, list[float]]] = {}
    for item in offers:
        id_ = OFFERED_AS.get(item["gpu"])
        if id_ and item["date"].startswith(OFFER_MONTH) and item["kind"] in FIRM_KINDS:
            quotes.setdefault(id_, {}).setdefault(item["provider"], []).append(float(item["usd_hr"]))
    return {id_: sorted(statistics.median(prices) for prices in providers.values()) for id_, providers in quotes.items()}


def _rental_rows(id_: str, prices: list[float]) -> Iterator[Row]:
    middle = statistics.median(prices)
    yield row(id_, "rental_on_demand_usd_per_gpu_h", middle, "gpu-offers-2026", "derived", OFFER_MONTH, (prices[0], prices[-1]))
    yield row(id_, "rental_providers", len(prices), "gpu-offers-2026", "derived", OFFER_MONTH)


def _spec_origin(item: dict[str, str]) -> tuple[str, str]:
    """Return the source of a chip's specifications and their kind: what is only remembered is no datasheet, and where that is unsure an estimate."""
    for phrase, source in (("InferenceX", "inferencex-2026-08"), ("aiconfigurator", "aiconfigurator-0-12"), ("scaling-book", "jax-scaling-book")):
        if phrase in item["source"]:
            return source, "datasheet"
    if "from memory" not in item["source"]:
        return "accelerator-pages-2026", "datasheet"
    return (_RECALLED, "published") if item["confidence"] == "high" else (_ESTIMATED, "estimate")


def _slug(name: str) -> str:
    name = re.sub(r"\(.*\)|^Tesla | HL-325L", "", name).lower()
    name = re.sub(r"(h100|h800|a100) sxm\d", r"\1 sxm", name)
    name = re.sub(r"(h100|gh200)( \w+)? \d+gb", r"\1\2", name)
    return re.sub(r"[^a-z0-9]+", "-", name).strip("-")
