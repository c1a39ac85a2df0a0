"""Trackers: they write what they are given, never ask, never stop a training."""

import io
import json
import logging
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nersemble.errors import ConfigError, MissingDependencyError, RunError
from nersemble.progress import Progress
from nersemble.training import tracking
from nersemble.training.tracking import make_tracker

_CONFIG = {"seed": 19980801, "data": {"participant": 30}}
_PICTURE = np.full((6, 4, 3), (255, 128, 0), dtype=np.uint8)


@pytest.fixture
def no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without wandb settings of its own and with a server nobody listens to."""
    wandb = pytest.importorskip("wandb")
    for name in [name for name in os.environ if name.startswith("WANDB_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    monkeypatch.setenv("WANDB_CONFIG_DIR", str(home / "config"))
    monkeypatch.setenv("WANDB_BASE_URL", f"http://127.0.0.1:{_unused_port()}")
    monkeypatch.setattr(
        "builtins.input", lambda *_: pytest.fail("wandb asked a question"), raising=True
    )
    wandb.teardown()
    yield
    wandb.teardown()


def _unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _run_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "NERS-12-name"
    folder.mkdir()
    return folder


def _drive(vis: str, folder: Path) -> None:
    tracker = make_tracker(vis, folder, "NERS-12-name", _CONFIG)
    tracker.scalars(10, {"loss/rgb": 0.25, "psnr": 21.5})
    tracker.image(10, "eval/cam_3", _PICTURE)
    tracker.scalars(20, {"loss/rgb": float("nan")})
    tracker.close()


def test_no_tracker_writes_nothing(tmp_path: Path) -> None:
    folder = _run_folder(tmp_path)
    _drive("none", folder)
    assert list(folder.iterdir()) == []


def test_an_unknown_tracker_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--vis wandbb is unknown"):
        make_tracker("wandbb", tmp_path, "NERS-1", {})


def test_tensorboard_gets_scalars_and_pictures(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    folder = _run_folder(tmp_path)
    _drive("tensorboard", folder)
    events = EventAccumulator(str(folder / "tensorboard"))
    events.Reload()
    assert [(e.step, e.value) for e in events.Scalars("psnr")] == [(10, 21.5)]
    assert [e.step for e in events.Scalars("loss/rgb")] == [10, 20]
    (picture,) = events.Images("eval/cam_3")
    assert (picture.step, picture.height, picture.width) == (10, 6, 4)


def test_a_missing_package_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(MissingDependencyError, match="pip install tensorboard"):
        make_tracker("tensorboard", tmp_path, "NERS-1", {})
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(MissingDependencyError, match="pip install wandb"):
        make_tracker("wandb", tmp_path, "NERS-1", {})


def test_an_unwritable_run_folder_is_named(tmp_path: Path) -> None:
    pytest.importorskip("wandb")
    with pytest.raises(RunError, match="gone"):
        make_tracker("wandb", tmp_path / "gone", "NERS-1", {})


def test_wandb_without_a_key_logs_offline_and_resumes_its_run(
    tmp_path: Path,
    no_network: None,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    folder = _run_folder(tmp_path)
    _drive("wandb", folder)
    first = [p.name for p in (folder / "wandb").glob("offline-run-*")]
    assert len(first) == 1
    assert "No wandb key" in caplog.text
    assert list((folder / "wandb").rglob("*.png"))
    _drive("wandb", folder)
    ids = {p.stem for p in (folder / "wandb").rglob("run-*.wandb")}
    assert ids == {"run-" + (folder / "wandb_run_id").read_text().strip()}
    printed = capfd.readouterr()
    assert printed.out + printed.err == ""


def test_wandb_that_cannot_reach_its_server_logs_offline(
    tmp_path: Path,
    no_network: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "0123456789" * 4)
    monkeypatch.setattr(tracking, "_START_PATIENCE", 2)
    folder = _run_folder(tmp_path)
    _drive("wandb", folder)
    assert "cannot go online" in caplog.text
    assert list((folder / "wandb").glob("offline-run-*"))


def test_wandb_mode_goes_first(
    tmp_path: Path, no_network: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "0123456789" * 4)
    monkeypatch.setenv("WANDB_MODE", "disabled")
    folder = _run_folder(tmp_path)
    _drive("wandb", folder)
    assert not list(folder.rglob("*.wandb"))


def test_a_wandb_setting_that_makes_no_sense_is_reported(
    tmp_path: Path, no_network: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_MODE", "sometimes")
    with pytest.raises(ConfigError, match="wandb cannot start"):
        make_tracker("wandb", _run_folder(tmp_path), "NERS-12-name", {})


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("machine HOST login user password secret", True),
        ("machine example.org login user password secret", False),
        ("machine HOST login", False),
    ],
)
def test_a_key_is_looked_for_in_netrc(
    tmp_path: Path, no_network: None, content: str, found: bool
) -> None:
    import wandb

    settings = wandb.setup().settings
    host = str(settings.base_url).removeprefix("http://")
    (tmp_path / "home" / ".netrc").write_text(content.replace("HOST", host) + "\n")
    assert tracking._has_wandb_key(settings) == found


def test_a_failing_tracker_warns_once_and_training_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("tensorboard")
    tracker = make_tracker("tensorboard", tmp_path, "NERS-1", {})

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    from torch.utils.tensorboard import SummaryWriter

    monkeypatch.setattr(SummaryWriter, "add_scalar", fail)
    monkeypatch.setattr(SummaryWriter, "add_image", fail)
    with caplog.at_level(logging.WARNING):
        for step in range(5):
            tracker.scalars(step, {"loss": 1.0})
            tracker.image(step, "picture", _PICTURE)
    tracker.close()
    assert caplog.text.count("disk full") == 1


def test_a_training_shows_its_figures() -> None:
    stream = io.StringIO()
    with Progress(200, "training", start=100, unit="step", stream=stream) as bar:
        bar.update(
            150,
            loss=torch.tensor(0.02),
            psnr=24.5,
            rays_per_second=120_000,
            samples_per_ray=31.5,
        )
    line = stream.getvalue()
    assert line.startswith(
        "training: step 150/200 (75.0 %), loss 0.02, psnr 24.5, rays/s 120.0k, samples/ray 31.5"
    )


def test_the_config_reaches_tensorboard(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    make_tracker("tensorboard", tmp_path, "NERS-1", _CONFIG).close()
    (events,) = (tmp_path / "tensorboard").iterdir()
    assert json.dumps(19980801).encode() in events.read_bytes()
