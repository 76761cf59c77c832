import re
from importlib.metadata import version

from wattmint.version import VERSION


def test_is_the_installed_package_s():
    assert version("wattmint") == VERSION


def test_is_three_numbers():
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
