"""Nothing in a pickle, a YAML file or a picture is ever executed."""

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from fuzz.readers import READERS
from nersemble.captures.convert.footage import open_footage
from nersemble.data_manager.color_affine import read_correction
from nersemble.evaluation.lpips_metric import load_lpips
from nersemble.files import sha256_of, write_json
from nersemble.interop.released_config import read_released_values
from nersemble.jobs.released import open_released
from nersemble.runs.checkpoints import read_checkpoint, record_path_of, write_checkpoint
from nersemble.runs.folders import Run

Refusal = Callable[..., Any]


class Harmful:
    """Unpickled, it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self._folder),)


def _plain(content: object, path: Path) -> None:
    path.write_bytes(pickle.dumps(content))


def _legacy(content: object, path: Path) -> None:
    torch.save(content, path, _use_new_zipfile_serialization=False)


SAVES = pytest.mark.parametrize("save", [torch.save, _legacy, _plain])
PLACES = pytest.mark.parametrize(
    "wrap",
    [
        lambda harmful: harmful,
        lambda harmful: {"step": 1, "pipeline": {"_model.x": harmful}},
        lambda harmful: {"step": 1, "pipeline": {}, "optimizers": [harmful]},
    ],
)


def test_the_harmful_object_does_harm(tmp_path: Path) -> None:
    """Or the tests below would show nothing."""
    _plain(Harmful(tmp_path / "made"), tmp_path / "x")
    pickle.loads((tmp_path / "x").read_bytes())
    assert (tmp_path / "made").is_dir()


@SAVES
@PLACES
def test_a_released_checkpoint(
    tmp_path: Path, refusal: Refusal, save: Callable[..., None], wrap: Callable[[object], object]
) -> None:
    run = Run(tmp_path / "NERS-9030")
    path = run.checkpoints_folder / "step-000000001.ckpt"
    path.parent.mkdir(parents=True)
    (run.folder / "config.yml").write_text("{}")
    save(wrap(Harmful(tmp_path / "made")), path)
    with refusal(str(path)):
        open_released(run, -1)


@SAVES
@PLACES
def test_weights_for_lpips(
    tmp_path: Path, refusal: Refusal, save: Callable[..., None], wrap: Callable[[object], object]
) -> None:
    path = tmp_path / "alexnet.pth"
    save(wrap(Harmful(tmp_path / "made")), path)
    with refusal(str(path)):
        load_lpips(path)


@SAVES
def test_a_checkpoint_of_ours(tmp_path: Path, refusal: Refusal, save: Callable[..., None]) -> None:
    path = tmp_path / "checkpoints" / "step-000000001.safetensors"
    write_checkpoint(path, 1, {"x": torch.zeros(2)}, {})
    save(Harmful(tmp_path / "made"), path)
    record = {"format": 1, "metadata": {}, "sha256": sha256_of(path)}
    write_json(record_path_of(path), record | {"bytes": path.stat().st_size})
    with refusal(str(path)):
        read_checkpoint(path)


def test_an_array_of_objects(tmp_path: Path, refusal: Refusal) -> None:
    path = tmp_path / "correction.npy"
    np.save(path, np.full((3, 4), Harmful(tmp_path / "made"), dtype=object), allow_pickle=True)
    with refusal(str(path)):
        read_correction(path)


@pytest.mark.parametrize(
    "hostile",
    [
        "!!python/object/apply:os.mkdir ['{made}']",
        "max_num_iterations: !!python/object/apply:os.mkdir ['{made}']",
        "? !!python/object/apply:os.mkdir ['{made}']\n: 1",
        "!!python/object/new:os.mkdir ['{made}']",
        "steps_per_save: !!python/object/apply:subprocess.call [[mkdir, '{made}']]",
        "max_num_iterations: !!python/name:os.mkdir ''",
        "far: &far !!python/module:os ''\npipeline: {{model: {{far_plane: *far}}}}",
    ],
)
def test_a_released_config_is_data(tmp_path: Path, hostile: str) -> None:
    path = tmp_path / "config.yml"
    path.write_text(hostile.format(made=tmp_path / "made"))
    assert read_released_values(path) == {}
    assert not (tmp_path / "made").exists()


def test_aliases_in_a_released_config_do_not_grow(tmp_path: Path) -> None:
    """A billion laughs: ten anchors, each ten times in the next."""
    lines = ["a0: &a0 x"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    lines += ["max_num_iterations: 7", "steps_per_save: *a9"]
    path = tmp_path / "config.yml"
    path.write_text("\n".join(lines))
    assert read_released_values(path) == {"max_num_iterations": 7}


def test_a_picture_that_is_a_program(
    tmp_path: Path, refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pillow gives Encapsulated PostScript to Ghostscript, whatever the file's name."""
    tool = tmp_path / "bin" / "gs"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\n{shutil.which('mkdir')} '{tmp_path}/made'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tool.parent))
    path = tmp_path / "camera" / "0.png"
    path.parent.mkdir()
    path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n")
    with refusal(str(path)):
        open_footage(path.parent, "camera")


@pytest.mark.parametrize("reader", [r.name for r in READERS if "released" in r.name])
def test_the_fuzzer_begins_with_files_that_can_be_read(tmp_path: Path, reader: str) -> None:
    """Inputs made from files that are refused anyway would never get far."""
    target = next(r for r in READERS if r.name == reader).prepare(tmp_path)
    target.read()
