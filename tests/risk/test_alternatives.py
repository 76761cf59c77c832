from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from wattmint.risk.alternatives import Alternative


def test_an_alternative_is_frozen():
    none = np.full(2, np.nan)
    one = Alternative("Mine on", np.zeros(2), none, np.zeros(2), none, none, {})
    with pytest.raises(FrozenInstanceError):
        one.name = "other"
