"""The options that commands share: what shows a training, where pictures are kept."""

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
    """Display: what shows a training."""

    vis: Literal["wandb", "tensorboard", "none", "viewer"] = "wandb"
    """Where curves and pictures go; wandb works offline without a login. viewer serves a page that
    shows the head while it is trained."""
    viewer: ViewerConfig = field(default_factory=ViewerConfig)


@dataclass(frozen=True)
class ResumeOptions(Options):
    """Resuming: which run goes on, and from where."""

    resume: bool = False
    """Continue the newest run of this participant, sequence and name, or start it if there is
    none: the same command may be repeated until the training is done."""
    resume_run: str = ""
    """Continue this run (NERS-N) in its folder up to its last step."""
    resume_checkpoint: Annotated[int, Range(0, other=-1)] = -1
    """Step of the checkpoint to continue from (-1: the newest)."""
    resume_anyway: bool = False
    """Continue also from a checkpoint of another run, capture or seed, and the like."""


StoreChoice = Literal["auto", "packed", "memory"]


@dataclass(frozen=True)
class PackOptions:
    """Pictures: where packed ones are."""

    store_path: Path | None = None
    """Folder of packed pictures (default: .nersemble-store in the folder of the captures or, where
    that cannot be written, in that of the runs)."""

    def folder(self, roots: Roots) -> Path:
        """The folder that the option names, or its default.

        Raises:
            ConfigError: a folder is needed that nothing names.
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
    """Pictures: where training takes them from."""

    frame_store: StoreChoice = "auto"
    """packed: pictures are decoded once into files that are mapped into memory; memory: decoded at
    every start and kept in RAM; auto: packed if that would take a quarter of the RAM, or if they
    are packed already. The pixels are the same."""
    packing: PackOptions = field(default_factory=PackOptions)


@dataclass(frozen=True)
class SubmitConfig(Options):
    """Submission: what is submitted, and where it is put together."""

    out: Path = Path("submission.zip")
    """The zip; beside it, in a folder of its name and -videos, finished videos are kept."""
    runs: tuple[str, ...] = ()
    """Take these runs for their sequences (others: the newest finished one of each)."""
    allow_missing: bool = False
    """Write the zip also where sequences have no finished run."""
    n_rays: Annotated[int, Range(1, MOST_RAYS)] = 8192
    """Rays rendered at once; fewer need less memory."""
    use_occupancy_grid_filtering: bool = True
    """Render only the largest connected piece of the occupied space, as the evaluation does."""


@dataclass(frozen=True)
class ExportConfig(Options):
    """Export: what is written, and how."""

    timesteps: tuple[Annotated[int, Range(0, other=-1)], ...] = (0,)
    """Timesteps of the run, counted from 0; -1: all."""
    kind: Literal["mesh", "points"] = "mesh"
    """mesh: the density's surface; points: what the pixels of the training cameras see."""
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
        """Refuses what nothing can be exported with."""
        super().__post_init__()
        if not self.timesteps:
            raise ConfigError("--timesteps must name timesteps from 0 on, or -1 for all of them.")
        if self.gaussian_files and not self.bakes:
            raise ConfigError("--gaussian_files needs --format gaussians or page.")

    @property
    def bakes(self) -> bool:
        """Whether the head becomes Gaussians."""
        return self.format in ("gaussians", "page")
