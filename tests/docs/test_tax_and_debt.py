"""The tables shown in docs/finance.md and the financed example are what the program takes."""

import re
import tomllib
from pathlib import Path

from wattmint.scenario.model import Scenario


def test_the_tables_in_the_page_are_accepted(root: Path):
    page = (root / "docs" / "finance.md").read_text(encoding="utf-8")
    shown = tomllib.loads(re.search(r"```toml\n(\[tax\].*?)```", page, re.DOTALL).group(1))
    site = tomllib.loads((root / "examples" / "west-texas-100mw.toml").read_text(encoding="utf-8"))
    scenario = Scenario.of(site | shown)
    assert scenario.tax.jurisdiction == "us-tx"
    assert scenario.debt.dscr == 1.4


def test_the_page_names_every_key_that_it_explains(root: Path):
    page = (root / "docs" / "finance.md").read_text(encoding="utf-8")
    section = page[page.index("## Tax and debt on every path") : page.index("## Tax\n")]
    keys = {field for table in ("tax", "debt", "money") for field in _fields(table)}
    named = set(re.findall(r"`([a-z_]+)`", section)) | set(re.findall(r"^([a-z_]+) =", section, re.MULTILINE))
    assert {"grace_months", "lenders_quantile", "equipment_share", "reserve_months", "vat_refund_months", "receivable_days"} <= named & keys


def test_the_financed_example_is_the_plain_one_with_terms(root: Path):
    plain, financed = (Scenario.load(root / "examples" / f"west-texas-{name}.toml") for name in ("100mw", "financed"))
    assert plain.tax is None
    assert plain.debt is None
    assert financed.tax is not None
    assert financed.debt is not None
    assert (financed.site, financed.power, financed.study) == (plain.site, plain.power, plain.study)
    by_name = {build.name: build for build in plain.builds}
    assert all(by_name[build.name] == build for build in financed.builds)


def test_the_treasury_in_the_page_is_accepted_and_all_its_keys_are_named(root: Path):
    page = (root / "docs" / "finance.md").read_text(encoding="utf-8")
    shown = tomllib.loads(re.search(r"```toml\n(\[treasury\].*?)```", page, re.DOTALL).group(1))
    site = tomllib.loads((root / "examples" / "west-texas-100mw.toml").read_text(encoding="utf-8"))
    assert Scenario.of(site | shown).treasury.coin_policy == "cover"
    assert all(key in page for key in _fields("treasury"))


def _fields(table: str) -> set[str]:
    annotation = Scenario.model_fields[table].annotation
    model = next((part for part in getattr(annotation, "__args__", (annotation,)) if hasattr(part, "model_fields")), None)
    return set(model.model_fields) if model else set()
