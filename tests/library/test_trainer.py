import pickle
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import nersemble
from nersemble import NersembleError, Trainer
from nersemble.data_manager.capture import Capture
from own_library import MICRO


def _trainer(capture: Capture, models: Path, **options: Any) -> Trainer:
    given = {"preset": "tiny", "models_path": models, "device": "cpu", "max_steps": 6}
    return Trainer(capture, **{**given, **MICRO, **options})


def test_ones_own_loop_trains_saves_renders_and_evaluates(
    capture: Capture, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with _trainer(capture, tmp_path, name="mine") as trainer:
        assert (trainer.n_steps, trainer.max_steps) == (0, 6)
        losses = [trainer.step() for _ in range(6)]
        path = trainer.save()
        assert trainer.save() == path
        serial = trainer.head.held_out[0]
        picture = trainer.render(serial, 1)
        scores = trainer.evaluate(max_timesteps=1)
    assert trainer.n_steps == 6
    assert all(np.isfinite(report.loss) and report.terms["rgb"] > 0 for report in losses)
    assert trainer.folder == tmp_path / "nersemble" / "NERS-1-mine"
    assert set(scores.per_cam) == set(trainer.head.held_out)
    psnr = scores.mean.regular["psnr"]
    assert psnr is not None
    assert 0 < psnr < 40
    # The saved head is the same one.
    head = nersemble.load(path, capture=capture, device="cpu", grid_filter=False)
    assert head.step == 6
    np.testing.assert_array_equal(head.render(serial, 1).rgb, picture.rgb)
    # A notebook keeps its handlers and gets whole lines.
    assert handlers == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    printed = capsys.readouterr()
    assert "\r" not in printed.out + printed.err


def test_a_loop_that_is_resumed_ends_as_one_that_was_not(capture: Capture, tmp_path: Path) -> None:
    saved = []
    with _trainer(capture, tmp_path) as trainer:
        for _ in range(4):
            trainer.step()
        saved.append(trainer.save())
        for _ in range(2):
            trainer.step()
        whole = load_file(trainer.save())
    for newer in saved[0].parent.glob("*000006*"):
        newer.unlink()
    with Trainer(capture, resume=saved[0], device="cpu") as trainer:
        assert trainer.n_steps == 4
        for _ in range(2):
            trainer.step()
        again = load_file(trainer.save())
    assert whole.keys() == again.keys()
    assert all(torch.equal(whole[name], again[name]) for name in whole)


def test_a_run_without_a_checkpoint_disappears(capture: Capture, tmp_path: Path) -> None:
    with _trainer(capture, tmp_path) as trainer:
        trainer.step()
        assert trainer.folder.is_dir()
    assert not trainer.folder.exists()


def test_a_run_is_trained_once_at_a_time(capture: Capture, tmp_path: Path) -> None:
    with _trainer(capture, tmp_path) as trainer:
        path = trainer.save()
        with pytest.raises(NersembleError, match="is being trained by"):
            Trainer(capture, resume=path, device="cpu")
    assert path.is_file()


def test_a_head_that_is_being_trained_is_not_pickled(capture: Capture, tmp_path: Path) -> None:
    with (
        _trainer(capture, tmp_path) as trainer,
        pytest.raises(NersembleError, match="cannot be copied or pickled"),
    ):
        pickle.dumps(trainer.head)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_step": 3}, "Training has no option 'max_step': did you mean max_steps"),
        ({"max_steps": 0}, "--max_steps is 0, but must be at least 1"),
        ({"max_steps": "many"}, "loop.max_steps is 'many', which is not a valid value"),
        ({"preset": "huge"}, "huge does not exist; choose default, paper, tiny"),
        ({"eval_cameras": ("left",)}, "left"),
        ({"name": "a/b"}, "cannot name a run"),
        ({"device": "tpu"}, "The device is 'tpu'"),
    ],
)
def test_options_that_cannot_be_get_a_sentence(
    capture: Capture, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(NersembleError, match=message):
        _trainer(capture, tmp_path, **options)
    assert not list(tmp_path.rglob("NERS-*"))


def test_a_resumed_run_refuses_other_options(
    capture: Capture, run_folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(NersembleError, match=r"contradict run NERS-1-demo.*--lr_main"):
        Trainer(capture, resume=run_folder, device="cpu", lr_main=0.5)
