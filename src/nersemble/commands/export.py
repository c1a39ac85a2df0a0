"""``nersemble export``: a run's surface as mesh or points, or the head as 3D Gaussians."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tyro

from nersemble.command_line.parsing import parse
from nersemble.commands.options import RunName
from nersemble.compute_options import DeviceOptions
from nersemble.env import Roots
from nersemble.errors import say
from nersemble.jobs.options import ExportConfig

_DESCRIPTION = """Export a run's surface or 3D Gaussians, one file for each timestep. Surfaces
need nersemble[export].

Example: nersemble export NERS-1 --timesteps 0 8 --kind mesh --format glb

For one mesh that moves: nersemble export NERS-1 --timesteps -1 --kind animation --format glb

For a page that plays the whole head: nersemble export NERS-1 --timesteps -1 --format page
"""


@dataclass(frozen=True)
class ExportArguments:
    """The command line of the export."""

    run: RunName
    config: ExportConfig = field(default_factory=ExportConfig)
    compute: DeviceOptions = field(default_factory=DeviceOptions)
    roots: Roots = field(default_factory=Roots)


def parse_export(argv: Sequence[str]) -> ExportArguments:
    """Parses the command line."""
    default = ExportArguments(tyro.MISSING)
    return parse(ExportArguments, argv, "nersemble export", _DESCRIPTION, default)


def main(argv: Sequence[str]) -> None:
    """Entry point: exports and prints the files' paths."""
    for path in export(parse_export(argv)):
        say(path)


def export(arguments: ExportArguments) -> list[Path]:
    """Exports the requested timesteps; returns the files' paths."""
    from nersemble.interop.geometry_files import require_trimesh
    from nersemble.jobs.surfaces import export_run

    if not arguments.config.bakes:
        require_trimesh()  # fail before minutes of work
    return export_run(arguments.run, arguments.config, arguments.compute.device, arguments.roots)
