"""Small files that ask for more work than they look like are refused at once."""

import io
import time
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
    began = time.monotonic()
    yield
    assert time.monotonic() - began < 10


def _write_archive(path: Path, pickled: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
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
