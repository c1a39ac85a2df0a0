"""Trackers for training curves and pictures: Weights & Biases, TensorBoard or none."""

import json
import logging
import netrc
import os
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from jaxtyping import UInt8

from nersemble.errors import ConfigError, MissingDependencyError, RunError
from nersemble.files import written_whole
from nersemble.opening import read_bytes, write_bytes
from nersemble.runs.folders import run_id_of

_MAX_ID_BYTES = 1000
_PROJECT = "nersemble"
_ID_FILE = "wandb_run_id"
# How long a broken network may delay the start and the end of training, in seconds.
_START_PATIENCE = 30
_END_PATIENCE = 300

_logger = logging.getLogger(__name__)


class Tracker(Protocol):
    """Receives the curves and pictures of training. Steps are finished optimizer steps."""

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Adds a point to each of the named curves."""
        ...

    def image(self, step: int, name: str, picture: UInt8[np.ndarray, "h w 3"]) -> None:
        """Adds a picture to the series ``name``."""
        ...

    def close(self) -> None:
        """Flush pending data."""
        ...


def make_tracker(vis: str, run_folder: Path, label: str, config: dict[str, Any]) -> Tracker:
    """Open the tracker that ``--vis`` selects. Trackers never prompt the user or stop training.

    Args:
        vis: ``wandb``, ``tensorboard`` or ``none``.
        run_folder: where the trackers write; a resumed run continues the same curves.
        label: the run's label, ``NERS-12-name``.
        config: the resolved config, JSON values.

    Raises:
        ConfigError: the tracker does not exist, or wandb rejects its own settings.
        MissingDependencyError: the tracker's package is not installed.
        RunError: the run folder cannot be written.
    """
    if vis == "none":
        return _NoTracker()
    try:
        if vis == "wandb":
            return _Guarded(_WandbTracker(run_folder, label, config), vis)
        if vis == "tensorboard":
            return _Guarded(_TensorboardTracker(run_folder, config), vis)
    except OSError as error:
        raise RunError(f"Cannot track the training in {run_folder}: {error}.") from error
    raise ConfigError(f"--vis {vis} is unknown: choose one of wandb, tensorboard and none.")


class _NoTracker:
    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        pass

    def image(self, step: int, name: str, picture: UInt8[np.ndarray, "h w 3"]) -> None:
        pass

    def close(self) -> None:
        pass


class _Guarded:
    """Shields training from a tracker's failures; warns once."""

    def __init__(self, inner: Tracker, name: str) -> None:
        self._inner = inner
        self._name = name
        self._warned = False

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        self._attempt(lambda: self._inner.scalars(step, values))

    def image(self, step: int, name: str, picture: UInt8[np.ndarray, "h w 3"]) -> None:
        self._attempt(lambda: self._inner.image(step, name, picture))

    def close(self) -> None:
        self._attempt(self._inner.close)

    def _attempt(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:
            if not self._warned:
                self._warned = True
                _logger.warning(
                    "%s has failed (%s: %s); training continues, but its curves will have gaps.",
                    self._name,
                    type(error).__name__,
                    error,
                )


class _TensorboardTracker:
    def __init__(self, run_folder: Path, config: dict[str, Any]) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise MissingDependencyError(
                "--vis tensorboard needs the package tensorboard: pip install tensorboard, or "
                "train with --vis wandb or --vis none."
            ) from error
        # Its types are unknown where tensorboard is not installed.
        writer: Any = SummaryWriter
        self._writer = writer(str(run_folder / "tensorboard"))
        # Indented text is shown as it is.
        text = json.dumps(config, indent=2).replace("\n", "\n    ")
        self._writer.add_text("config", f"    {text}")

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def image(self, step: int, name: str, picture: UInt8[np.ndarray, "h w 3"]) -> None:
        self._writer.add_image(name, picture, step, dataformats="HWC")

    def close(self) -> None:
        self._writer.close()


class _WandbTracker:
    """Online if an API key is configured, otherwise offline; ``WANDB_MODE`` takes precedence."""

    def __init__(self, run_folder: Path, label: str, config: dict[str, Any]) -> None:
        try:
            import wandb
        except ImportError as error:
            raise MissingDependencyError(
                "--vis wandb needs the package wandb: pip install wandb, or train with --vis none."
            ) from error
        self._wandb: Any = wandb
        run_id = _wandb_run_id(run_folder)
        try:
            mode = _wandb_mode(self._set_up())
            self._run = self._start(mode, run_id, run_folder, label, config)
        except Exception as error:
            raise ConfigError(
                f"wandb cannot start ({error}): correct its settings, or train with "
                "--vis tensorboard or --vis none."
            ) from error
        # Steps are a value of ours: wandb's own counter drops what a run resumed from an older
        # checkpoint logs again.
        self._run.define_metric("step")
        self._run.define_metric("*", step_metric="step")

    def _start(
        self, mode: str, run_id: str, run_folder: Path, label: str, config: dict[str, Any]
    ) -> Any:
        arguments: dict[str, Any] = {
            "project": _PROJECT,
            "group": run_id_of(label),
            "name": label,
            "id": run_id,
            "resume": "allow",
            "dir": str(run_folder),
            "config": config,
            "settings": self._settings(),
        }
        try:
            return self._wandb.init(mode=mode, **arguments)
        except Exception as error:
            if mode in ("offline", "disabled"):
                raise
            _logger.warning(
                "wandb cannot go online (%s): logging offline; afterwards run wandb sync on %s.",
                error,
                run_folder / "wandb",
            )
            # Its background process keeps trying and holds the run's id.
            self._wandb.teardown()
            self._set_up()
            return self._wandb.init(mode="offline", **arguments)

    def _set_up(self) -> Any:
        """Settings that make wandb silent, which also keeps it from prompting for a key."""
        # Its own log files get these messages; the terminal should not.
        logging.getLogger("wandb").propagate = False
        self._wandb.setup(self._wandb.Settings(silent=True))
        return self._wandb.setup().settings

    def _settings(self) -> Any:
        settings = self._wandb.Settings(silent=True, console="off", init_timeout=_START_PATIENCE)
        if hasattr(settings, "finish_timeout"):  # newer releases; the others wait for ever
            settings.finish_timeout = _END_PATIENCE
        return settings

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        self._run.log({"step": step, **values})

    def image(self, step: int, name: str, picture: UInt8[np.ndarray, "h w 3"]) -> None:
        self._run.log({"step": step, name: self._wandb.Image(picture)})

    def close(self) -> None:
        self._run.finish()


def _wandb_run_id(run_folder: Path) -> str:
    """The run's id in wandb: that of the first start, or a new one."""
    path = run_folder / _ID_FILE
    known = read_bytes(path, _MAX_ID_BYTES).strip() if path.is_file() else b""
    # Any other text is not our id, and wandb would use it in a URL.
    if re.fullmatch(rb"[0-9a-f]{8}", known):
        return known.decode()
    # A seeded generator would give every run the same id.
    fresh = secrets.token_hex(4)
    with written_whole(path) as temporary:
        write_bytes(temporary, f"{fresh}\n".encode())
    return fresh


def _wandb_mode(settings: Any) -> str:
    """``settings.mode`` (WANDB_MODE or a settings file), but offline without a key."""
    mode = str(settings.mode)
    if mode in ("offline", "disabled") or _has_wandb_key(settings):
        return mode
    _logger.warning(
        "No wandb key is configured: logging offline (wandb login, or WANDB_MODE=offline to keep "
        "it so)."
    )
    return "offline"


def _has_wandb_key(settings: Any) -> bool:
    """Whether wandb would find a key. Uses no network."""
    if os.environ.get("WANDB_API_KEY") or os.environ.get("WANDB_IDENTITY_TOKEN_FILE"):
        return True
    if getattr(settings, "api_key", None):
        return True
    hosts = (urlsplit(str(settings.base_url)).netloc, "api.wandb.ai")
    home = Path.home()
    given = os.environ.get("NETRC")
    for path in [Path(os.path.expanduser(given))] if given else [home / ".netrc", home / "_netrc"]:
        try:
            known = netrc.netrc(path)
        except (OSError, netrc.NetrcParseError):
            continue
        if any((entry := known.authenticators(host)) and entry[2] for host in hosts):
            return True
    return False
