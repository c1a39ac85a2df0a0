"""The headless client of benchmarks/viewer.py receives what a browser would."""

import importlib
from pathlib import Path

import pytest

from nersemble.viewer.config import ViewerConfig
from nersemble.viewer.viewer import Viewer
from source_tree import ROOT
from viewing import make_subject

pytestmark = pytest.mark.slow

ROWS = 32


def test_a_headless_client_moves_and_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    viewer_client = importlib.import_module("viewer_client")
    monkeypatch.setattr(viewer_client, "_WARM_UP_SECONDS", 0.0)
    config, subject = ViewerConfig(port=0, max_resolution=ROWS), make_subject(tmp_path)
    with Viewer(config, subject) as viewer:
        figures = viewer_client.measure(viewer.address, ROWS, ROWS, 1.5)
    for name in ("moving", "playing", "playing_and_moving"):
        assert figures[name]["pictures_per_second"] > 0
        assert figures[name]["rows"] == ROWS
