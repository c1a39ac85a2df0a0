"""The runs that there are in a models folder."""

from pathlib import Path

from nersemble.errors import RunError
from nersemble.files import reason_of
from nersemble.runs.folders import RUNS_FOLDER, Run


def runs_with_config(models_root: Path) -> list[Run]:
    """The run folders with a ``config.json``, by label; those of released models have none.

    Raises:
        RunError: there is no such models folder, or it cannot be listed.
    """
    if not models_root.is_dir():
        raise RunError(f"There is no folder {models_root}: correct --models_path.")
    folder = models_root / RUNS_FOLDER
    try:
        runs = [Run(entry) for entry in folder.iterdir()] if folder.is_dir() else []
    except OSError as error:
        raise RunError(f"{folder} cannot be listed: {reason_of(error)}.") from error
    return sorted((run for run in runs if run.config_path.is_file()), key=lambda run: run.label)
