"""What can be checked of Windows and macOS on Linux: see ``other_system.py``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("other_system.py")


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="plays other systems on Linux")
@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_a_head_is_trained_resumed_evaluated_and_rendered(platform: str, tmp_path: Path) -> None:
    # cp1252 is Windows' usual encoding of a console.
    variables = {"PYTHONIOENCODING": "cp1252", "PYTHONWARNDEFAULTENCODING": "1"}
    done = subprocess.run(
        [sys.executable, PROGRAM, platform, tmp_path],
        env=os.environ | variables,
        capture_output=True,
        encoding="cp1252",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "all done"
