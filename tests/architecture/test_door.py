import subprocess
import sys

import pytest

import wattmint
from wattmint.calculators.mining.fleet import mine
from wattmint.calculators.serving.case import serve
from wattmint.risk.verdict import Verdict
from wattmint.scenario.model import Scenario
from wattmint.study import evaluate
from wattmint.version import VERSION


def test_the_door_opens_to_what_it_names():
    assert wattmint.__all__ == ["Scenario", "Verdict", "__version__", "evaluate", "mine", "serve"]
    opened = (wattmint.Scenario, wattmint.Verdict, wattmint.evaluate, wattmint.mine, wattmint.serve, wattmint.__version__)
    assert opened == (Scenario, Verdict, evaluate, mine, serve, VERSION)
    assert dir(wattmint) == wattmint.__all__


def test_other_names_are_refused_as_python_does():
    with pytest.raises(AttributeError, match="module 'wattmint' has no attribute 'colour'"):
        _ = wattmint.colour


def test_star_import():
    names: dict[str, object] = {}
    exec("from wattmint import *", names)  # noqa: S102 - a star import is only possible at module level
    assert set(wattmint.__all__) <= set(names)


def test_opening_the_door_imports_nothing_heavy():
    heavy = {"numpy", "numba", "polars", "pydantic", "plotly"}
    code = f"import sys, wattmint; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
