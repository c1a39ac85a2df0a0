"""Where the three roots come from, and in which order."""

import os
from pathlib import Path
from typing import get_args

import pytest

from nersemble.env import RootName, env_file, resolve_root
from nersemble.errors import ConfigError

NAMES: tuple[RootName, ...] = get_args(RootName)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without settings, in an environment without any."""
    for name in NAMES:
        monkeypatch.delenv(_variable(name), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def _variable(name: str) -> str:
    return f"NERSEMBLE_{name.upper()}_PATH"


def _write_settings(home: Path, text: str) -> None:
    path = home / ".config" / "nersemble" / ".env"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("name", NAMES)
def test_the_command_line_wins_over_the_environment_over_the_file(
    name: RootName, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_settings(home, f"{_variable(name)}=/from/file\n")
    assert resolve_root(name) == Path("/from/file")
    monkeypatch.setenv(_variable(name), "/from/environment")
    assert resolve_root(name) == Path("/from/environment")
    assert resolve_root(name, "/from/option") == Path("/from/option")
    assert resolve_root(name, Path("relative")) == Path("relative")


@pytest.mark.parametrize("name", NAMES)
def test_an_unset_root_names_all_three_ways(name: RootName, home: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve_root(name)
    message = str(caught.value)
    for way in (f"--{name}_path", f"export {_variable(name)}=", str(home / ".config")):
        assert way in message


def test_what_is_empty_counts_as_not_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write_settings(home, "NERSEMBLE_DATA_PATH=/from/file\nNERSEMBLE_MODELS_PATH=\n")
    monkeypatch.setenv("NERSEMBLE_DATA_PATH", "")
    assert resolve_root("data", "") == Path("/from/file")
    with pytest.raises(ConfigError, match="No models folder"):
        resolve_root("models")


def test_each_root_is_its_own(home: Path) -> None:
    _write_settings(home, "".join(f"{_variable(name)}=/the/{name}\n" for name in NAMES))
    assert [resolve_root(name) for name in NAMES] == [Path(f"/the/{name}") for name in NAMES]


def test_a_tilde_is_the_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write_settings(home, 'export NERSEMBLE_DATA_PATH="~/captures of mine"  # a comment\n')
    assert resolve_root("data") == home / "captures of mine"
    monkeypatch.setenv("NERSEMBLE_DATA_PATH", "~/other")
    assert resolve_root("data") == home / "other"
    assert resolve_root("data", "~/third") == home / "third"


def test_the_file_is_read_when_it_is_asked_for(home: Path) -> None:
    assert env_file() == home / ".config" / "nersemble" / ".env"
    with pytest.raises(ConfigError):
        resolve_root("data")
    _write_settings(home, "NERSEMBLE_DATA_PATH=/first\n")
    assert resolve_root("data") == Path("/first")
    _write_settings(home, "NERSEMBLE_DATA_PATH=/second\n")
    assert resolve_root("data") == Path("/second")


def test_asking_does_not_change_the_environment(home: Path) -> None:
    _write_settings(home, "NERSEMBLE_DATA_PATH=/somewhere\n")
    before = dict(os.environ)
    resolve_root("data")
    assert dict(os.environ) == before
