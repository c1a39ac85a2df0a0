"""``nersemble data pack``: decodes a capture once, into files that training maps into memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nersemble.commands.arguments import Participant, Roots, Sequence_, parse
from nersemble.commands.stores import packed_pictures
from nersemble.data_manager.config import DataConfig
from nersemble.data_manager.dataset import open_dataset

_DESCRIPTION = """Pack the training pictures of participant ID, sequence SEQUENCE.

What is packed already and still right is kept; its checksums are compared.

Example: nersemble data pack 85 SEN-01-port_strong_smokey
"""


@dataclass(frozen=True)
class PackArguments:
    """The command line of packing."""

    participant: Participant
    sequence: Sequence_
    config: DataConfig = field(default_factory=DataConfig)
    store_path: Path | None = None
    """Folder of packed pictures (default: .nersemble-store in the folder of the captures or, where
    that cannot be written, in that of the runs)."""
    roots: Roots = field(default_factory=Roots)


def main(argv: Sequence[str]) -> None:
    """Entry point: packs, then prints the folder, its size and the speed.

    Raises:
        NersembleError: a picture cannot be read, or the folder not be written.
    """
    arguments = parse(PackArguments, argv, "nersemble data pack", _DESCRIPTION)
    config, roots = arguments.config, arguments.roots
    dataset = open_dataset(roots.get("data"), arguments.participant, arguments.sequence, config)
    pictures = packed_pictures(dataset, config.color_rounding, arguments.store_path, roots)
    packed, seconds = pictures.pack(verify=True)
    store = pictures.open()
    saved = 1 - store.n_bytes / store.n_bytes_without_boxes
    print(pictures.folder)
    print(
        f"{store.n_images} pictures, {store.n_bytes / 1e9:.3g} GB; leaving background out saved "
        f"{100 * saved:.0f} %"
    )
    rate = f", {packed.n_written / seconds:.1f} images/s" if packed.n_written else ""
    print(f"packed {packed.n_written} pictures in {seconds:.1f} s{rate}; kept {packed.n_kept}")
