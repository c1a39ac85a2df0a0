"""Who may import whom (shared design, rule 1), and that importing does no work (rule 6)."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from source_tree import PACKAGE, ROOT, Import, imports, module_name, parse, python_files

_UTILITIES = {
    "errors",
    "progress",
    "files",
    "opening",
    "locking",
    "bounded",
    "machine",
    "randomness",
    "distributed",
    "ranges",
    "beside",
}
_DATA = _UTILITIES | {"geometry", "ops", "data_manager"}
_RAYS = _DATA | {"rays"}
_MARCHING = _RAYS | {"marching"}
_FIELDS = _MARCHING | {"fields"}
_RENDERING = _FIELDS | {"rendering"}
_LOSSES = _RENDERING | {"losses"}
_TRAINING = _LOSSES | {"training", "runs"}
_SEEN = _RENDERING | {"video", "evaluation", "viewer", "interop", "runs", "captures"}
_JOBS = (
    _SEEN
    | _TRAINING
    | {"gaussians", "env", "config", "presets", "compute_options", "engines"}
    | {"boundary", "command_line", "jobs"}
)

# The rooms in order, from the ones that need nothing to the ones that a user calls: a room imports
# only rooms above it, and of these only the ones named beside it.
MAY_IMPORT: dict[str, set[str]] = {
    # What everybody may use uses next to nothing.
    "errors": set(),
    "opening": set(),
    "locking": set(),
    "bounded": set(),
    "files": {"errors", "opening", "bounded", "locking"},
    "env": {"errors", "files", "opening"},
    "machine": {"opening"},
    "ranges": {"errors"},
    "progress": {"errors"},
    "randomness": {"errors"},
    "beside": set(),
    "distributed": {"errors"},
    "geometry": {"errors"},
    "ops": {"errors"},
    "data_manager": _DATA,
    "captures": _DATA,
    # Folders on disk: what is in a config or a checkpoint is not their business.
    "runs": _DATA,
    # The way of a pixel: each stage knows the ones before it.
    "rays": _RAYS,
    "marching": _MARCHING,
    "fields": _FIELDS,
    "rendering": _RENDERING,
    "losses": _LOSSES,
    "gaussians": _RENDERING | {"losses", "gaussians"},
    "training": _TRAINING,
    # The GPU engine equals the stages in torch, so it knows them all.
    "fused": _TRAINING | {"gaussians"},
    # What looks at a trained head must not need what trained it.
    "video": _RENDERING,
    "evaluation": _RENDERING | {"video", "runs"},
    "viewer": _RENDERING | {"video"},
    "interop": _RENDERING | {"video", "gaussians"},
    # The composed config knows every component's config; presets fill it in.
    "config": _LOSSES | {"training", "evaluation", "video", "runs"},
    "compute_options": {"errors"},
    "presets": _LOSSES | {"training", "evaluation", "video", "config"},
    # The one door to whatever computes a head.
    "engines": _TRAINING | {"fused", "gaussians", "config", "compute_options", "evaluation"},
    # What a user calls puts everything together, and asks engines for what computes.
    "boundary": {"errors", "files", "distributed", "training"},
    "command_line": {"errors", "boundary"},
    "jobs": _JOBS,
    "commands": _JOBS | {"commands"},
    "library": _JOBS | {"library"},
    "cli": {"errors", "boundary", "commands"},
    "__main__": {"cli"},
    # The library's names, imported when they are used.
    "__init__": {"errors", "geometry", "data_manager", "library"},
}
ROOMS = tuple(MAY_IMPORT)

OPTIONAL = (
    "triton",
    "tinycudann",
    "nerfacc",
    "wandb",
    "tensorboard",
    "trimesh",
    "nersemble_benchmark",
    "viser",
    "websockets",
    "submitit",
)

_NOT_AT_IMPORT = (
    "os.environ",
    "os.getenv",
    "os.makedirs",
    "os.mkdir",
    "dotenv_values",
    "load_dotenv",
    "torch.cuda",
    "Path.home",
    "Path.cwd",
)

_IMPORT_ALL = """
import importlib, sys

def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if event in ("os.mkdir", "socket.connect") or writes:
        raise RuntimeError(f"at import: {event} {arguments}")

for name in sys.argv[1].split(","):
    sys.modules[name] = None
sys.addaudithook(watch)
for name in sys.argv[2].split(","):
    importlib.import_module(name)
import torch
assert not torch.cuda.is_initialized(), "CUDA was initialised at import"
"""


def _component(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def _imported_components(found: Import) -> set[str]:
    parts = found.module.split(".")
    if parts[0] != "nersemble":
        return set()
    if len(parts) > 1:
        return {parts[1]}
    return {found.name} if found.name else set()


def _arrows() -> Iterator[tuple[str, str, str]]:
    """Room, room that it imports, and where; also of imports inside of functions."""
    for path in python_files("src"):
        room = _component(path)
        for found in imports(path):
            for name in _imported_components(found) - {room}:
                yield room, name, f"{path.relative_to(ROOT)}:{found.line}"


def test_the_table_has_every_room_and_no_other() -> None:
    assert {_component(path) for path in python_files("src")} == set(ROOMS)
    assert set().union(*MAY_IMPORT.values()) <= set(ROOMS)


def test_no_arrow_leads_back_up() -> None:
    order = {room: index for index, room in enumerate(ROOMS)}
    allowed = [(room, name) for room in ROOMS for name in MAY_IMPORT[room] - {room}]
    assert [pair for pair in allowed if order[pair[1]] > order[pair[0]]] == []
    # So the rooms have no circle either.
    back = [
        f"{where}: {room} imports {name}"
        for room, name, where in _arrows()
        if order[name] > order[room]
    ]
    assert not back, "\n".join(back)


def test_only_engines_know_the_fused_one() -> None:
    assert {room for room, name, _ in _arrows() if name == "fused"} == {"engines"}


def test_a_file_imports_only_what_its_room_may_know() -> None:
    forbidden = [
        f"{where}: {room} may not import {name}"
        for room, name, where in _arrows()
        if name not in MAY_IMPORT[room]
    ]
    assert not forbidden, "\n".join(forbidden)


def test_the_table_keeps_the_rules_of_the_design() -> None:
    assert "fields" not in MAY_IMPORT["marching"]
    assert MAY_IMPORT["geometry"] == {"errors"}
    for component in ("evaluation", "video", "viewer", "interop"):
        reachable = _reachable(component)
        assert "training" not in reachable, f"{component} reaches training"


def _reachable(component: str) -> set[str]:
    seen: set[str] = set()
    waiting = [component]
    while waiting:
        seen.add(current := waiting.pop())
        waiting += MAY_IMPORT[current] - seen
    return seen


def test_no_module_imports_itself_through_others() -> None:
    modules = {module_name(path): path for path in python_files("src")}
    # It imports the library's names when they are used, when all of it is there.
    del modules["nersemble"]
    edges = {name: _edges(path, set(modules)) for name, path in modules.items()}
    while leaves := {name for name, targets in edges.items() if not targets & edges.keys()}:
        edges = {name: targets for name, targets in edges.items() if name not in leaves}
    assert not edges, f"in a cycle, or importing one that is: {sorted(edges)}"


def _edges(path: Path, modules: set[str]) -> set[str]:
    """What a module imports, inside of functions, too."""
    targets = set()
    for found in imports(path):
        submodule = f"{found.module}.{found.name}"
        target = submodule if submodule in modules else found.module
        if target != module_name(path):
            targets.add(target)
    return targets


def test_every_module_imports_without_optional_packages_and_touches_nothing(
    tmp_path: Path,
) -> None:
    names = [module_name(path) for path in python_files("src")]
    # The wing of kernels needs triton, but for the estimate of its memory; nobody else imports it
    # before the engine is chosen.
    wing = {name for name in names if name.startswith("nersemble.fused.")}
    names = [name for name in names if name not in wing - {"nersemble.fused.memory"}]
    home = tmp_path / "home"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NERSEMBLE", "XDG"))}
    environment |= {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT / "src"),
    }
    arguments = [sys.executable, "-c", _IMPORT_ALL, ",".join(OPTIONAL), ",".join(names)]
    result = subprocess.run(
        arguments, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert result.returncode == 0, result.stderr
    assert not list(tmp_path.iterdir())


def test_a_module_asks_nothing_of_the_machine_at_import() -> None:
    asked = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {text} at import"
        for path in python_files("src")
        for node in _executed_at_import(parse(path))
        if (text := ast.unparse(node)) in _NOT_AT_IMPORT
    ]
    assert not asked, "\n".join(asked)


def _executed_at_import(node: ast.AST) -> Iterator[ast.expr]:
    """The names and attributes outside of function bodies (defaults and decorators count)."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "__name__ == '__main__'":
            continue
        if isinstance(child, ast.Name | ast.Attribute):
            yield child
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (child.args, *child.decorator_list):
                yield from _executed_at_import(part)
        elif not isinstance(child, ast.Lambda):
            yield from _executed_at_import(child)
