"""Options that commands share: display, resuming, packed pictures, submission, export."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from nersemble.data_manager.config import STORE_FOLDER
from nersemble.env import Roots
from nersemble.errors import ConfigError
from nersemble.gaussians.config import GaussianConfig
from nersemble.interop.config import GaussianFile, GeometryFormat, WorldName
from nersemble.marching.config import GridFilterConfig
from nersemble.ranges import MOST_RAYS, Options, Range
from nersemble.rendering.config import SurfaceConfig
from nersemble.viewer.config import ViewerConfig


@dataclass(frozen=True)
class DisplayOptions:
    """Display: how training progress is shown."""

    vis: Literal["wandb", "tensorboard", "none", "viewer"] = "wandb"
    """Tracker for curves and pictures; wandb works offline without a login. viewer serves a page
    that shows the head during training."""
    viewer: ViewerConfig = field(default_factory=ViewerConfig)


@dataclass(frozen=True)
class ResumeOptions(Options):
    """Resuming: which run continues, and from which checkpoint."""

    resume: bool = False
    """Continue the newest run of this participant, sequence and name, or start one if none exists:
    repeat the same command until training is done."""
    resume_run: str = ""
    """Continue this run (NERS-N) in its folder up to its last step."""
    resume_checkpoint: Annotated[int, Range(0, other=-1)] = -1
    """Step of the checkpoint to continue from (-1: the newest)."""
    resume_anyway: bool = False
    """Continue even from a checkpoint of another run, capture or seed."""


StoreChoice = Literal["auto", "packed", "memory"]


@dataclass(frozen=True)
class PackOptions:
    """Pictures: where packed ones are stored."""

    store_path: Path | None = None
    """Folder of packed pictures (default: .nersemble-store in the folder of the captures or, if
    that is not writable, in the folder of the runs)."""

    def folder(self, roots: Roots) -> Path:
        """The folder that the option names, or its default.

        Raises:
            ConfigError: a needed folder is not set.
        """
        if self.store_path is not None:
            return Path(os.path.expanduser(self.store_path))
        captures = roots.get("data")
        folder = captures / STORE_FOLDER
        if os.access(folder if folder.exists() else captures, os.W_OK):
            return folder
        return roots.get("models") / STORE_FOLDER


@dataclass(frozen=True)
class StoreOptions:
    """Pictures: how training stores them."""

    frame_store: StoreChoice = "auto"
    """packed: decode pictures once into memory-mapped files; memory: decode them at every start and
    keep them in RAM; auto: packed if they would take a quarter of the RAM or are packed already.
    The pixels are the same."""
    packing: PackOptions = field(default_factory=PackOptions)


@dataclass(frozen=True)
class SubmitConfig(Options):
    """Submission: its runs and its zip file."""

    out: Path = Path("submission.zip")
    """The zip file; finished videos are kept beside it, in a folder of its name with -videos."""
    runs: tuple[str, ...] = ()
    """Use these runs for their sequences (default: the newest finished run of each sequence)."""
    allow_missing: bool = False
    """Write the zip even if sequences have no finished run."""
    n_rays: Annotated[int, Range(1, MOST_RAYS)] = 8192
    """Rays rendered at once; fewer need less memory."""
    use_occupancy_grid_filtering: bool = True
    """Render only the largest connected piece of the occupied space, as the evaluation does."""


@dataclass(frozen=True)
class ExportConfig(Options):
    """Export: timesteps, kind and format."""

    timesteps: tuple[Annotated[int, Range(0, other=-1)], ...] = (0,)
    """Timesteps of the run, counted from 0; -1: all."""
    kind: Literal["mesh", "points", "animation"] = "mesh"
    """mesh: the density's surface; points: what the pixels of the training cameras see; animation:
    one mesh that moves through the timesteps, as one GLB file that plays, or as PLY files."""
    format: GeometryFormat | Literal["gaussians", "page"] = "ply"
    """ply: binary; glb: binary glTF 2; gaussians: not the surface, but a folder of 3D Gaussians;
    page: a folder with a web page that plays them, offline, too."""
    gaussian_files: tuple[GaussianFile, ...] = ()
    """Files of each timestep's Gaussians (default: ply, none beside a page): ply as 3DGS writes
    it; spz, a fifth as large; glb, glTF with KHR_gaussian_splatting."""
    world: WorldName = "calibration"
    """calibration: metres, y up, as the capture's cameras; model: ninths of a metre, z up."""
    surface: SurfaceConfig = field(default_factory=SurfaceConfig)
    downscale_factor: Annotated[int, Range(1)] = 8
    """The sensor's pixels divided by this see points."""
    gaussians: GaussianConfig = field(default_factory=GaussianConfig)
    n_rays: Annotated[int, Range(1, MOST_RAYS)] = 8192
    """Rays rendered at once for points and for Gaussians."""
    grid_filter: GridFilterConfig = field(default_factory=GridFilterConfig)
    checkpoint: Annotated[int, Range(0, other=-1)] = -1
    """Step of the checkpoint; -1: the newest."""

    def __post_init__(self) -> None:
        """Raise ConfigError for timesteps that cannot exist."""
        super().__post_init__()
        if not self.timesteps:
            raise ConfigError("--timesteps must name timesteps from 0 on, or -1 for all of them.")
        if self.gaussian_files and not self.bakes:
            raise ConfigError("--gaussian_files needs --format gaussians or page.")

    @property
    def bakes(self) -> bool:
        """Whether the head becomes Gaussians."""
        return self.format in ("gaussians", "page")

    @property
    def animates(self) -> bool:
        """Whether the head becomes one mesh that moves."""
        return self.kind == "animation" and not self.bakes
