"""``nersemble data convert``: recordings of one's own become a capture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro

from nersemble.commands.arguments import Participant, Roots, Sequence_, parse
from nersemble.data_manager.convert.plan import ConvertConfig, make_plan
from nersemble.data_manager.convert.writer import convert

_DESCRIPTION = """Make a capture, participant ID, sequence SEQUENCE, of calibrated recordings.

SOURCE is a folder of videos, or of folders of pictures, one for each camera.

Example: nersemble data convert recordings 1000 TALK --calibration colmap
"""


@dataclass(frozen=True)
class ConvertArguments:
    """The command line of the conversion."""

    source: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="SOURCE")]
    participant: Participant
    sequence: Sequence_
    calibration: Path
    """Folder of COLMAP's with cameras and images (.bin or .txt), itself or in sparse/0, or a
    transforms.json of nerfstudio's."""
    config: ConvertConfig = field(default_factory=ConvertConfig)
    overwrite: bool = False
    """Replace a sequence that was converted before."""
    dry_run: bool = False
    """Only show the cameras in metres; write nothing."""
    roots: Roots = field(default_factory=Roots)


def main(argv: Sequence[str]) -> None:
    """Entry point: shows the rig in metres, converts, and prints the sequence's folder.

    Raises:
        NersembleError: recordings, calibration or options are no good, or the disk is too small.
    """
    arguments = parse(ConvertArguments, argv, "nersemble data convert", _DESCRIPTION)
    plan = make_plan(arguments.source, arguments.calibration, arguments.config)
    print(plan.describe(), flush=True)
    if arguments.dry_run:
        return
    print(
        convert(
            plan,
            arguments.roots.get("data"),
            arguments.participant,
            arguments.sequence,
            arguments.source,
            overwrite=arguments.overwrite,
        )
    )
