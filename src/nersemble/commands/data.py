"""``nersemble data``: captures on disk."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro

from nersemble.captures.config import MaskConfig
from nersemble.captures.convert.config import ConvertConfig
from nersemble.captures.synthetic.config import SyntheticConfig
from nersemble.command_line.options import Argument
from nersemble.command_line.parsing import parse
from nersemble.commands.options import Participant, Sequence_
from nersemble.data_manager.config import DataConfig, LayoutChoice, PoseConfig
from nersemble.env import Roots
from nersemble.errors import CaptureError, say
from nersemble.jobs.options import PackOptions
from nersemble.ranges import Options


@dataclass(frozen=True)
class SynthesizeArguments:
    """The command line of the synthetic capture."""

    config: SyntheticConfig = field(default_factory=SyntheticConfig)
    roots: Roots = field(default_factory=Roots)


def synthesize_main(argv: Sequence[str]) -> None:
    """Entry point: makes a capture and prints its folder."""
    description = (
        "Make a capture of a procedural talking head.\n\nExample: "
        "nersemble data synthesize --data_path captures --n_timesteps 8"
    )
    arguments = parse(SynthesizeArguments, argv, "nersemble data synthesize", description)
    from nersemble.captures.synthetic.writer import synthesize

    say(synthesize(arguments.roots.get("data"), arguments.config))


@dataclass(frozen=True)
class ListArguments:
    """The command line of the listing."""

    roots: Roots = field(default_factory=Roots)


def list_main(argv: Sequence[str]) -> None:
    """Entry point: prints one line for each capture."""
    description = "List the captures.\n\nExample: nersemble data list --data_path captures"
    root = parse(ListArguments, argv, "nersemble data list", description).roots.get("data")
    from nersemble.data_manager.layouts import list_captures

    captures = list_captures(root)
    if not captures:
        say(
            f"{root} holds no captures. Get the data set (README.md), convert recordings of your "
            "own (nersemble data convert), or make a synthetic one (nersemble data synthesize)."
        )
    for found in captures:
        say(
            f"{found.participant:03d}  {found.sequence:32s} {found.layout:10s}"
            f"{found.n_cameras:3d} cameras {found.n_timesteps:5d} timesteps"
        )


@dataclass(frozen=True)
class CheckCapturesArguments(Options):
    """The command line of the check."""

    participant: Annotated[int | None, tyro.conf.Positional, Argument("ID")] = None
    """Check only the captures of this participant."""
    sequence: Annotated[str | None, tyro.conf.Positional, Argument("SEQUENCE")] = None
    """Check only this sequence."""
    layout: LayoutChoice = "auto"
    """Check only captures of this layout (auto: all)."""
    calibration: PoseConfig = field(default_factory=PoseConfig)
    roots: Roots = field(default_factory=Roots)


def check_main(argv: Sequence[str]) -> None:
    """Entry point: prints the table; fails if anything is unusable."""
    description = (
        "Read every picture and show what is usable and what is not.\n\nExample: "
        "nersemble data check 18 EMO-1-shout+laugh --data_path captures"
    )
    # Older versions took the folder as the first argument.
    if argv and not argv[0].startswith("-") and not argv[0].isdecimal():
        argv = ["--data_path", *argv]
    arguments = parse(CheckCapturesArguments, argv, "nersemble data check", description)
    from nersemble.captures.check import check_captures, table

    rows = check_captures(
        arguments.roots.get("data"),
        arguments.participant,
        arguments.sequence,
        arguments.layout,
        arguments.calibration,
    )
    say(table(rows))
    n_unusable = sum(bool(row.problem) for row in rows)
    if n_unusable:
        raise CaptureError(
            f"{n_unusable} of {len(rows)} rows of the table are unusable: repair what they name, "
            f"or leave these cameras or captures out."
        )


@dataclass(frozen=True)
class MaskArguments(Options):
    """The command line of the masks."""

    participant: Participant
    sequence: Sequence_
    config: MaskConfig = field(default_factory=MaskConfig)
    roots: Roots = field(default_factory=Roots)


def mask_main(argv: Sequence[str]) -> None:
    """Entry point: writes the alpha maps and prints their paths."""
    description = (
        "Make the alpha maps of a sequence in layout v2 or v1, from shots without a person or "
        "from the pictures alone.\n\n"
        "Example: nersemble data mask 18 EMO-1-shout+laugh"
    )
    arguments = parse(MaskArguments, argv, "nersemble data mask", description)
    from nersemble.captures.masks import write_masks

    root = arguments.roots.get("data")
    for path in write_masks(root, arguments.participant, arguments.sequence, arguments.config):
        say(path)


@dataclass(frozen=True)
class ConvertArguments(Options):
    """The command line of the conversion."""

    source: Annotated[Path, tyro.conf.Positional, Argument("SOURCE")]
    """Folder with the recordings."""
    participant: Participant
    sequence: Sequence_
    calibration: Path
    """A COLMAP folder (cameras and images, .bin or .txt, in it or below), a transforms.json
    (nerfstudio, instant-ngp, Blender, VHAP), a camera_params.json, OpenCV's YAML, Metashape's XML,
    or a folder with such a file."""
    config: ConvertConfig = field(default_factory=ConvertConfig)
    overwrite: bool = False
    """Replace a sequence converted before."""
    dry_run: bool = False
    """Only show the cameras in metres; write nothing."""
    roots: Roots = field(default_factory=Roots)


def convert_main(argv: Sequence[str]) -> None:
    """Entry point: shows the rig in metres, converts, and prints the sequence's folder.

    Raises:
        NersembleError: recordings, calibration or options are invalid, or the disk is too small.
    """
    description = (
        "Make a capture (participant ID, sequence SEQUENCE) from calibrated recordings.\n\n"
        "SOURCE is a folder with a video or a folder of pictures for each camera, or with "
        "photographs of a head that keeps still.\n\n"
        "Example: nersemble data convert recordings 1000 TALK --calibration colmap"
    )
    arguments = parse(ConvertArguments, argv, "nersemble data convert", description)
    from nersemble.captures.convert.plan import make_plan
    from nersemble.captures.convert.writer import convert

    plan = make_plan(arguments.source, arguments.calibration, arguments.config)
    say(plan.describe(), flush=True)
    if arguments.dry_run:
        return
    say(
        convert(
            plan,
            arguments.roots.get("data"),
            arguments.participant,
            arguments.sequence,
            arguments.source,
            overwrite=arguments.overwrite,
        )
    )


@dataclass(frozen=True)
class PackArguments(Options):
    """The command line of packing."""

    participant: Participant
    sequence: Sequence_
    config: DataConfig = field(default_factory=DataConfig)
    packing: PackOptions = field(default_factory=PackOptions)
    roots: Roots = field(default_factory=Roots)


def pack_main(argv: Sequence[str]) -> None:
    """Entry point: packs, then prints the folder, its size and the speed.

    Raises:
        NersembleError: a picture cannot be read, or the folder cannot be written.
    """
    description = (
        "Pack the training pictures of participant ID, sequence SEQUENCE.\n\n"
        "Pictures that are already packed and unchanged are kept; their checksums are compared.\n\n"
        "Example: nersemble data pack 85 SEN-01-port_strong_smokey"
    )
    arguments = parse(PackArguments, argv, "nersemble data pack", description)
    from nersemble.data_manager.dataset import open_dataset
    from nersemble.jobs.picture_source import PictureSource

    config, roots = arguments.config, arguments.roots
    captures = roots.get("data")
    dataset = open_dataset(captures, arguments.participant, arguments.sequence, config)
    folder = arguments.packing.folder(roots)
    source = PictureSource("packed", config.color_rounding, captures, folder)
    pictures = source.packed_pictures(dataset)
    packed, seconds = pictures.pack(verify=True)
    store = pictures.open()
    saved = 1 - store.n_bytes / store.n_bytes_without_boxes
    say(pictures.folder)
    say(
        f"{store.n_images} pictures, {store.n_bytes / 1e9:.3g} GB; omitting the background saved "
        f"{100 * saved:.0f} %"
    )
    rate = f", {packed.n_written / seconds:.1f} images/s" if packed.n_written else ""
    say(f"packed {packed.n_written} pictures in {seconds:.1f} s{rate}; kept {packed.n_kept}")
