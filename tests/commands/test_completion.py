"""What bash completes after ``nersemble completion bash`` was sourced."""

import subprocess
from pathlib import Path

import pytest

from nersemble.cli import main

_ASK = """
source "$1"
COMP_WORDS=("${@:2}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_shtab_nersemble
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "nersemble.bash"
    with path.open("w") as file, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", file)
        assert main(["completion", "bash"]) == 0
    return path


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["tra"], {"train"}),
        (["e"], {"estimate", "evaluate", "export", "export-model"}),
        (["data", "c"], {"check", "convert"}),
        (["train", "1", "X", "--keep_c"], {"--keep_checkpoints"}),
        (["train", "--preset", ""], {"default", "paper", "tiny"}),
        (["estimate", "1", "X", "--measure"], {"--measure_seconds"}),
        (["data", "mask", "--thre"], {"--threshold"}),
        (["render", "NERS-1", "--keep_c"], {""}),
        (["completion", "z"], {"zsh"}),
    ],
)
def test_bash_completes(script: Path, words: list[str], expected: set[str]) -> None:
    asked = subprocess.run(
        ["bash", "--norc", "-c", _ASK, "bash", str(script), "nersemble", *words],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert set(asked.stdout.splitlines()) == expected, asked.stderr


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_get_a_script_with_every_command(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    text = capsys.readouterr().out
    assert "keep_checkpoints" in text
    assert "synthesize" in text
