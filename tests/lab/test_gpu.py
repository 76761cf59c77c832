import ctypes
import hashlib
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from wattmint.errors import InputError, MissingExtraError
from wattmint.lab import gpu
from wattmint.lab.decoder import Shape, drawn, forward
from wattmint.lab.mining import HEADER, with_nonce
from wattmint.lab.sha256 import CONSTANTS

SMALL = Shape(layers=2, hidden=16, heads=4, ffn=32, vocab=12, context=8)


def test_the_step_is_the_decoders_pass():
    weights, tokens = drawn(SMALL, 1), np.random.default_rng(0).integers(SMALL.vocab, size=(5, 8))
    whole = forward(SMALL, weights, tokens).logits
    keys, values = (np.zeros((2, 5, 4, 8, 4), dtype=np.float32) for _ in range(2))
    for place in range(8):
        assert gpu.gpu_step(np, SMALL, weights, keys, values, tokens[:, place], place) == pytest.approx(whole[:, place], abs=1e-5)


@pytest.mark.skipif(shutil.which("cc") is None or sys.platform == "win32", reason="no C compiler here")
def test_the_hash_in_c_is_hashlib(tmp_path: Path):
    source, library = tmp_path / "hash.c", tmp_path / "hash.so"
    source.write_text(gpu.HASH_SOURCE)
    subprocess.run([shutil.which("cc"), "-O1", "-shared", "-fPIC", "-w", "-o", str(library), str(source)], check=True)
    high_bits = ctypes.CDLL(str(library)).high_bits
    high_bits.restype = ctypes.c_uint32
    given, constants = ((ctypes.c_uint32 * len(words))(*words.tolist()) for words in (gpu.hash_inputs(), np.array(CONSTANTS)))
    for nonce in (0, 1, 0x7C2BAC1D, 2**32 - 1):
        digest = hashlib.sha256(hashlib.sha256(with_nonce(HEADER, nonce)).digest()).digest()
        assert high_bits(given, constants, ctypes.c_uint32(nonce)) == struct.unpack("<I", digest[28:])[0]


def test_without_cupy_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(MissingExtraError, match=r"wattmint\[gpu\]"):
        gpu.measure_gpu()


@pytest.mark.parametrize("count", [0, RuntimeError("no driver")])
def test_without_a_gpu_it_says_so(monkeypatch, count):
    def devices() -> int:
        if isinstance(count, Exception):
            raise count
        return count

    monkeypatch.setitem(sys.modules, "cupy", SimpleNamespace(cuda=SimpleNamespace(runtime=SimpleNamespace(getDeviceCount=devices))))
    with pytest.raises(InputError, match="no GPU"):
        gpu.array_library()


def test_power_is_what_the_driver_reports(monkeypatch):
    monkeypatch.setattr(gpu.subprocess, "run", lambda *_words, **_settings: SimpleNamespace(stdout="412.50\n"))
    assert gpu.card_power_w() == 412.5
    monkeypatch.setattr(gpu.subprocess, "run", lambda *_words, **_settings: SimpleNamespace(stdout="[N/A]\n"))
    assert gpu.card_power_w() is None


@pytest.mark.parametrize(("memory_gb", "hidden"), [(80, 16384), (24, 8192), (8, 8192), (2, 4096)])
def test_the_decoder_is_as_large_as_the_card_allows(memory_gb, hidden):
    assert gpu.shape_for(memory_gb * 1e9).hidden == hidden


def test_a_card_too_small_is_refused():
    with pytest.raises(InputError, match=r"--gpu.*1\.0 GB of memory.*at least 1\.9 GB"):
        gpu.shape_for(1e9)
