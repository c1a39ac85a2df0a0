"""What a command line imports before it answers, and what it calls itself."""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest

import nersemble
from nersemble.cli import COMMANDS, main
from source_tree import ROOT

_RUN = """
import sys
from nersemble.cli import main
try:
    status = main(sys.argv[1:])
except SystemExit as end:
    status = end.code
print(*sorted(name for name in sys.modules if "." not in name), file=sys.stderr)
print(*sorted(name for name in sys.modules if name.startswith("nersemble.")), file=sys.stderr)
sys.exit(status)
"""
_SLOW = {"torch", "numpy", "tyro", "scipy", "PIL", "imageio", "av"}


def _python(*words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["trian"], 2),
        (["data", "--help"], 0),
        (["data", "lst"], 2),
    ],
)
def test_no_command_is_imported_to_say_which_there_are(words: list[str], status: int) -> None:
    done = _python("-c", _RUN, *words)
    assert done.returncode == status, done.stderr
    packages, ours = (line.split() for line in done.stderr.splitlines()[-2:])
    assert not _SLOW & set(packages)
    assert not [name for name in ours if name.startswith("nersemble.commands")]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_imports_no_large_package(command: str) -> None:
    done = _python("-c", _RUN, *command.split(), "--help")
    assert f"usage: nersemble {command}" in done.stdout, done.stderr
    assert not (_SLOW - {"tyro"}) & set(done.stderr.splitlines()[-2].split())


def test_the_library_is_imported_without_its_parts() -> None:
    done = _python("-c", "import sys, nersemble; print(nersemble.__version__, *sys.modules)")
    version, *modules = done.stdout.split()
    assert not _SLOW & set(modules)
    assert not [name for name in modules if name.startswith("nersemble.")]
    assert version == nersemble.__version__


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["trian"], "did you mean train?"),
        (["evalute", "NERS-1"], "did you mean evaluate?"),
        (["data", "lst"], "did you mean data list?"),
        (["benchmark", "sumbit"], "did you mean benchmark submit?"),
    ],
)
def test_a_typo_is_answered_with_what_was_meant(
    words: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert meant in capsys.readouterr().err


def test_a_word_like_no_command_is_answered_with_all_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["xyzzy"]) == 2
    error = capsys.readouterr().err
    assert "did you mean" not in error
    assert "train, evaluate" in error


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        installed = importlib.metadata.version("nersemble")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("nersemble runs from its sources here")
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"nersemble {installed}\n"


def test_the_module_is_the_command() -> None:
    done = _python("-m", "nersemble", "train", "--help")
    assert done.returncode == 0, done.stderr
    assert "usage: nersemble train [OPTIONS]" in done.stdout
    assert "_nersemble.py" not in done.stdout


@pytest.mark.parametrize("command", ["evaluate", "render", "view"])
def test_help_and_errors_name_the_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert f"usage: nersemble {command} [OPTIONS]" in capsys.readouterr().out
    assert main([command, "NERS-1", "--no_such_option"]) == 2
    assert f"nersemble {command} --help" in capsys.readouterr().err


@pytest.mark.slow
def test_a_script_goes_by_its_own_name() -> None:
    script = Path("scripts", "view", "view_nersemble.py")
    done = _python(str(ROOT / script), "--help")
    assert f"usage: {script.name} [OPTIONS]" in done.stdout, done.stderr
