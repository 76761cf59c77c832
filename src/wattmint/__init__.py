"""What a megawatt should mint: AI tokens, coins, or both. A site file in, a verdict out.

>>> from wattmint import Scenario, evaluate
>>> verdict = evaluate(Scenario.load("site.toml"))  # doctest: +SKIP
>>> verdict.winner.name  # doctest: +SKIP
'Host AI tenants'

The names of the door are resolved when first used, so that ``import wattmint`` and ``wattmint --help`` answer at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wattmint.version import VERSION

if TYPE_CHECKING:
    from wattmint.calculators.mining.fleet import mine
    from wattmint.calculators.serving.case import serve
    from wattmint.risk.verdict import Verdict
    from wattmint.scenario.model import Scenario
    from wattmint.study import evaluate

__version__ = VERSION
__all__ = ["Scenario", "Verdict", "__version__", "evaluate", "mine", "serve"]


def __getattr__(name: str) -> Any:
    homes = {"Scenario": "wattmint.scenario.model", "Verdict": "wattmint.risk.verdict", "evaluate": "wattmint.study"}
    homes |= {"mine": "wattmint.calculators.mining.fleet", "serve": "wattmint.calculators.serving.case"}
    if name in homes:
        return getattr(import_module(homes[name]), name)
    raise AttributeError(f"module 'wattmint' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
