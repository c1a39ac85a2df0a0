"""The command that renders a run, ready to paste into a shell."""

from pathlib import Path
from typing import Any

from nersemble.config import options_of
from nersemble.env import Roots, root_if_known
from nersemble.runs.folders import RUNS_FOLDER, Run


def render_words(run: Run, roots: Roots, *options: str) -> list[str]:
    """The words of ``nersemble render`` for a run, valid in every folder and environment.

    Args:
        roots: folders of captures and models; without one for renders, they go into the run's.
        options: further words.
    """
    models = roots.get("models").absolute()
    is_listed = run.folder.absolute().parent == models / RUNS_FOLDER
    renders = root_if_known("renders", roots.renders_path) or run.folder / "renders"
    words = ["nersemble", "render", run.label if is_listed else str(run.folder.absolute())]
    folders: dict[str, Path] = {
        "--data_path": roots.get("data"),
        "--models_path": models,
        "--renders_path": renders,
    }
    for option, folder in folders.items():
        words += [option, str(folder.absolute())]
    return [*words, *options]


def words_for(given: Any, default: Any) -> list[str]:
    """The words that turn the default options into the given ones.

    Args:
        given: a dataclass of options.
        default: the same class; equal values need no words.
    """
    words: list[str] = []
    usual = options_of(default)
    for name, value in options_of(given).items():
        if value == usual[name]:
            continue
        if isinstance(value, bool):
            words.append(f"--{name}" if value else f"--no-{name}")
        else:
            words += [f"--{name}", str(value)]
    return words
