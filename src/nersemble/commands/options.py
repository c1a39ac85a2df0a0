"""Types of options and positional arguments that several commands share."""

from typing import Annotated, Literal

import tyro

from nersemble.command_line.options import Argument
from nersemble.ranges import Range

Participant = Annotated[
    int,
    Range(0, 10**9, called="ID"),
    tyro.conf.Positional,
    Argument("ID", "Number of the participant."),
]
Sequence_ = Annotated[str, tyro.conf.Positional, Argument("SEQUENCE", "Name of the sequence.")]
RunName = Annotated[
    str,
    tyro.conf.Positional,
    Argument("RUN", "The run: its number, NERS-N, its folder's name or a path to it."),
]
CheckpointStep = Annotated[
    int,
    Range(0, other=-1, called="CHECKPOINT"),
    tyro.conf.Positional,
    Argument("CHECKPOINT", "Step of the checkpoint (-1: the newest)."),
]
PresetOfRun = Literal["run", "default", "paper", "tiny"]
"""run: the preset of the training."""
