"""Colours of the training cameras, learned with the head: trained, saved, and in no picture."""

from pathlib import Path

import numpy as np
import pytest
import torch

from captures import PARTICIPANT, SEQUENCE
from micro import MICRO_OPTIONS, Workspace, differing, make_trainer
from nersemble.captures.synthetic.config import SyntheticConfig
from nersemble.captures.synthetic.writer import synthesize
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import Dataset, open_dataset
from nersemble.ops.colors import blend_on_white
from nersemble.training.trainer import Trainer

_CORRECTIONS = "camera_colors.corrections"
# The preset tiny, coarser and quicker, but a head.
_OPTIONS = dict.fromkeys(MICRO_OPTIONS) | {
    "preset": "tiny",
    "max_steps": 120,
    "n_train_rays": 192,
    "images_per_batch": 12,
    "use_deformation_field": False,
    "n_hash_encodings": 1,
    "n_levels": 6,
    "grid_resolution": 24,
    "render_step_size": 0.15,
}


def _write_capture_with_casts(root: Path, seed: int = 0) -> None:
    """A synthetic head. Each training camera has a cast, and all of them together have none.

    Casts are written as the corrections that reading applies. All cameras are made greyer first, so
    that no cast leaves 0..1.
    """
    config = SyntheticConfig(
        PARTICIPANT, SEQUENCE, 28, 40, n_timesteps=1, color_casts=False, workers=1
    )
    folder = synthesize(root, config, progress=False) / "annotations" / SEQUENCE
    serials = open_dataset(root, PARTICIPANT, SEQUENCE, DataConfig()).splits.train_serials
    casts = np.random.default_rng(seed).normal(0, 0.2, (len(serials), 3))
    casts -= casts.mean(0)
    for path in (folder / "color_correction").iterdir():
        gains = 1 + casts[serials.index(path.stem)] if path.stem in serials else np.ones(3)
        np.save(path, np.column_stack([0.6 * np.diag(gains), 0.2 * gains]))


def _held_out_cast(trainer: Trainer, dataset: Dataset) -> float:
    """Distance of the head's mean colour from the truth's, ignoring grey that fog may add; the
    mean over held-out cameras."""
    casts = []
    for camera, serial in zip(dataset.eval_cameras, dataset.splits.eval_serials, strict=True):
        frame = dataset.capture.read(serial, 0)
        truth = blend_on_white(frame.rgb / 255, frame.alpha / 255)
        picture = trainer.renderer.image(camera, 0, trainer.windows, 4096).rgb.numpy()
        difference = (picture - truth)[frame.alpha > 0].mean(0)
        casts.append(np.abs(difference - difference.mean()).mean())
    return float(np.mean(casts))


@pytest.mark.slow
def test_cameras_without_cast_show_less_of_one_where_casts_are_learned(tmp_path: Path) -> None:
    _write_capture_with_casts(tmp_path)
    casts = []
    for learned in (False, True):
        options = _OPTIONS | {"camera_color_correction": learned}
        trainer, dataset = make_trainer(tmp_path, **options)
        trainer.run(120, lambda _: None)
        casts.append(_held_out_cast(trainer, dataset))
    assert casts[1] < 0.7 * casts[0]


def test_pictures_show_no_camera_s_colours(small_capture: Path) -> None:
    trainer, dataset = make_trainer(small_capture, camera_color_correction=True)
    camera, windows = dataset.train_cameras[0], trainer.windows
    colors = trainer.model.camera_colors
    assert colors is not None
    before = trainer.renderer.image(camera, 0, windows, 4096).rgb
    torch.nn.init.normal_(colors.corrections)
    assert torch.equal(trainer.renderer.image(camera, 0, windows, 4096).rgb, before)


@pytest.mark.slow
def test_a_run_goes_on_with_its_cameras_colours(workspace: Workspace) -> None:
    assert workspace.train(camera_color_correction=True, max_steps=8) == 0
    assert workspace.train(camera_color_correction=True, max_steps=4) == 0
    assert workspace.resume("NERS-2", "--max_steps", 8) == 0
    whole = workspace.tensors(8)
    learned = whole[f"model.{_CORRECTIONS}"]
    assert learned.flatten(1).any(1).all()
    assert not torch.equal(learned, workspace.tensors(4, "NERS-2")[f"model.{_CORRECTIONS}"])
    assert differing(workspace.tensors(8, "NERS-2"), whole) == []
    assert workspace.evaluate("NERS-1", "--max_eval_timesteps", "1") == 0


def test_a_checkpoint_without_cameras_colours_is_refused_where_they_are_wanted(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert workspace.train(max_steps=2) == 0
    content = workspace.run().read_config()
    content["config"]["model"]["camera_color_correction"] = True
    workspace.run().write_config(content)
    assert workspace.resume("NERS-1", "--max_steps", 4, "--resume_anyway") == 2
    assert (
        f"does not fit the run's configuration ({_CORRECTIONS} differ)" in capsys.readouterr().err
    )
