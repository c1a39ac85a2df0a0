"""Types of the options and positional arguments that several commands have."""

from typing import Annotated, Literal

import tyro

from nersemble.ranges import Range

Participant = Annotated[
    int, Range(0, 10**9, called="ID"), tyro.conf.Positional, tyro.conf.arg(metavar="ID")
]
Sequence_ = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="SEQUENCE")]
RunName = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
CheckpointStep = Annotated[
    int,
    Range(0, other=-1, called="CHECKPOINT"),
    tyro.conf.Positional,
    tyro.conf.arg(metavar="CHECKPOINT", help="Step of the checkpoint (-1: the newest)."),
]
PresetOfRun = Literal["run", "default", "paper", "tiny"]
"""run: the preset that the run was trained with."""
