"""Small files that ask for more work than they look like are refused at once."""

import io
import struct
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from fuzz.mutations import pickle_of_doubled_tuples
from nersemble.bounded import check_pickles
from nersemble.captures.convert.opencv import read_opencv
from nersemble.evaluation.lpips_metric import load_lpips
from nersemble.files import load_weights
from nersemble.interop.released_config import read_released_values

Refusal = Callable[..., Any]


@pytest.fixture(autouse=True)
def _in_seconds() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < 10


def _write_archive(path: Path, pickled: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        archive.writestr("archive/version", "3\n")
        archive.writestr("archive/byteorder", "little")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pickled", "reason"),
    [
        (pickle_of_doubled_tuples(60), "refers to its own parts too often|nested"),
        (b"\x80\x02}K\x01" + b"\x85" * 100_000 + b"K\x01s.", "nested deeper"),
        (b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".", "nested deeper"),
        (b"\x80\x02](" + b"K\x01" * 1_000_000 + b"e.", "too often"),
        (b"\x80\x02(" + b"N" * (1 << 22) + b"l.", "longer than"),
        (b"\x80\x02h\x07.", "its pickle is damaged"),
    ],
)
def test_a_pickle_that_takes_for_ever(tmp_path: Path, pickled: bytes, reason: str) -> None:
    path = tmp_path / "x.ckpt"
    _write_archive(path, pickled)
    with pytest.raises(ValueError, match=reason):
        load_weights(path)
    path.write_bytes(pickled)  # as an old file
    with pytest.raises(ValueError):  # noqa: PT011
        load_weights(path)


_HARMLESS, _ENDLESS = b"\x80\x02}.", pickle_of_doubled_tuples(60)


def _archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    written = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(written, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, content in (*members, ("archive/version", b"3\n")):
            archive.writestr(name, content)
    return written.getvalue()


def _two_lists() -> bytes:
    """Where the ending says that the list of members is, one names the endless pickle; just before
    the ending, where Python looks, another names a harmless one."""
    one, other = _archive(("archive/data.pkl", _ENDLESS)), _archive(("archive/data.pkl", _HARMLESS))
    *_, size, offset, _ = struct.unpack("<4s4HIIH", one[-22:])
    assert len(other) > len(one) - offset - size
    start = struct.unpack("<I", other[-6:-2])[0]
    ending = bytearray(other[-22:])
    ending[-6:-2] = struct.pack("<I", offset)
    return one[: offset + size] + other[:start] + other[start:-22] + bytes(ending)


@pytest.mark.parametrize(
    "content",
    [
        _archive(("archive/data.pkl", _ENDLESS), ("archive/data.pkl", _HARMLESS)),
        _archive(("archive/data.pkl", _HARMLESS), ("archive/DATA.PKL", _ENDLESS)),
        _archive(("archive/data.pkl", _HARMLESS), method=zipfile.ZIP_DEFLATED),
        _two_lists(),
        _ENDLESS + _archive(("archive/data.pkl", _HARMLESS)),
        _archive(("archive/data.pkl", _ENDLESS)) + bytes(1 << 17),
    ],
    ids=["twice", "twice but for case", "compressed", "two lists", "pickle before", "zeros behind"],
)
def test_an_archive_that_readers_understand_differently(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.ckpt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        load_weights(path)


def test_doubled_tuples_in_weights_for_lpips(tmp_path: Path, refusal: Refusal) -> None:
    path = tmp_path / "alexnet.pth"
    _write_archive(path, pickle_of_doubled_tuples(60))
    with refusal(str(path)):
        load_lpips(path)


@pytest.mark.parametrize("as_zip", [True, False])
def test_large_checkpoints_are_read(as_zip: bool) -> None:
    weights = {f"layer.{i}.weight": torch.zeros(2) for i in range(2000)}
    steps = {i: {"step": torch.zeros(1), "betas": (0.9, 0.999)} for i in range(100)}
    written = io.BytesIO()
    content = {"pipeline": weights, "optimizers": {"fields": {"state": steps}}}
    torch.save(content, written, _use_new_zipfile_serialization=as_zip)
    written.seek(0)
    assert check_pickles(written) is as_zip


LONG_YAML = pytest.mark.parametrize(
    "text",
    [
        "x: [" + "1," * 2_000_000 + "]",
        "x: " + "[" * 4_000_000,
        "- " * 100_000,
        "- a\n" * 1_000_000,
        "x: 1" + ":1" * 2_000_000,
    ],
)


@LONG_YAML
def test_a_config_just_under_the_limit(tmp_path: Path, refusal: Refusal, text: str) -> None:
    path = tmp_path / "config.yml"
    path.write_text(text[: (1 << 22) - 1])
    with refusal(str(path)):
        read_released_values(path)


@LONG_YAML
def test_a_calibration_just_under_the_limit(tmp_path: Path, refusal: Refusal, text: str) -> None:
    path = tmp_path / "intri.yml"
    path.write_text(text[: (1 << 22) - 1])
    with refusal(str(path)):
        read_opencv([path])
