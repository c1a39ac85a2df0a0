"""The documentation builds as a site without a warning, and needs nothing from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from source_tree import ROOT

pytestmark = pytest.mark.slow

_LOADED = re.compile(
    r"<(?:script|img|link|iframe|source)\b[^>]*?\b(?:src|href)=\"?(https?:[^\"\s>]+)"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert built.returncode == 0, built.stderr
    return folder


def test_every_page_is_there(site: Path) -> None:
    pages = {str(p.relative_to(ROOT / "docs")) for p in (ROOT / "docs").rglob("*.md")}
    missing = [page for page in pages if not (site / page).with_suffix(".html").is_file()]
    assert not missing
    start = (site / "index.html").read_text(encoding="utf-8")
    assert "a ring of calibrated cameras" in start
    assert 'href="options.html"' in start
    assert (site / "repository" / "benchmarks" / "results" / "h100.json").is_file()


def test_the_api_has_signatures_and_docstrings(site: Path) -> None:
    page = (site / "api" / "fields.html").read_text(encoding="utf-8")
    assert 'id="nersemble.fields.hash_ensemble.HashEnsemble.blend"' in page
    assert "One grid per timestep: the weighted sum of the open tables." in page


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert not _LOADED.findall(path.read_text(encoding="utf-8")), path
