from wattmint.lab.vectors import host_features, nonces_per_instruction, wide_features


def test_wide_registers_are_asked_for_where_there_are_any():
    assert wide_features({"avx512f": True, "avx2": True, "sse4a": False}) == "+avx512f,+avx2,-sse4a,-prefer-256-bit"


def test_nothing_is_asked_for_elsewhere():
    assert wide_features({"avx512f": False, "avx2": True}) is None
    assert wide_features({}) is None


def test_width_of_an_instruction():
    assert [nonces_per_instruction(f) for f in ({"avx512f": True, "avx2": True}, {"avx2": True}, {})] == [16, 8, 4]


def test_this_machine_names_features():
    assert all(isinstance(has, bool) for has in host_features().values())
