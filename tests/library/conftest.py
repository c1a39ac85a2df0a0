"""What ``nersemble demo`` leaves behind, made within seconds: small pictures, few steps."""

from pathlib import Path

import pytest

import nersemble
from nersemble.captures.synthetic.config import SyntheticConfig
from nersemble.captures.synthetic.writer import synthesize
from nersemble.data_manager.capture import Capture
from own_library import MICRO


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``demo_output``: six cameras, three timesteps, a run of 4 steps."""
    root = tmp_path_factory.mktemp("library")
    captures = root / "demo_output" / "captures"
    config = SyntheticConfig(width=27, height=40, n_timesteps=3, cameras="8,7,9,4,3,6", workers=1)
    synthesize(captures, config)
    capture = nersemble.open_capture(captures, 1, "TALK")
    with nersemble.Trainer(
        capture, preset="tiny", name="demo", models_path=root / "demo_output" / "models",
        device="cpu", max_steps=4, **MICRO,
    ) as trainer:  # fmt: skip
        for _ in range(4):
            trainer.step()
        trainer.save()
    return root


@pytest.fixture
def capture(demo: Path) -> Capture:
    """The demo's capture."""
    return nersemble.open_capture(demo / "demo_output" / "captures", 1, "TALK")


@pytest.fixture
def run_folder(demo: Path) -> Path:
    """The demo's run."""
    return demo / "demo_output" / "models" / "nersemble" / "NERS-1-demo"
