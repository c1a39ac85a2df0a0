"""``python tests/options_page.py > docs/options.md`` writes the page of all options."""

import ast
import inspect
import typing
from collections.abc import Iterator
from dataclasses import is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from nersemble.commands import (
    benchmark,
    data,
    demo,
    doctor,
    estimate,
    evaluate,
    export,
    export_model,
    fleet,
    import_model,
    render,
    report,
    results,
    train,
    view,
)
from nersemble.commands.train import TrainArguments
from nersemble.ranges import Range


def _helps(kind: type) -> dict[str, str]:
    """The sentence below each field of a class's own."""
    body = typing.cast(Any, ast.parse(inspect.getsource(kind)).body[0]).body
    pairs = [(getattr(a, "target", a), ast.Module([b], [])) for a, b in pairwise(body)]
    return {getattr(k, "id", ""): ast.get_docstring(v) or "" for k, v in pairs}


def is_positional(hint: Any) -> bool:
    """Whether the field of this type has no ``--`` on the command line."""
    return any(not isinstance(extra, Range) for extra in getattr(hint, "__metadata__", ()))


def rows(default: Any, paper: Any, beside: type = object) -> Iterator[str]:
    """One line of the table per option, nested configs flattened, without those of ``beside``."""
    kinds = [k for k in type(default).__mro__ if is_dataclass(k) and not issubclass(beside, k)]
    helps = {name: text for kind in kinds for name, text in _helps(kind).items()}
    own = {name for kind in kinds for name in vars(kind)["__annotations__"]}
    for name, hint in typing.get_type_hints(type(default), include_extras=True).items():
        value, other = getattr(default, name), getattr(paper, name)
        if name not in own:
            continue
        if is_dataclass(value):
            yield from rows(value, other)
        elif not is_positional(hint):
            changed = "" if value == other or name == "preset" else f"`{other}`"
            shown = "" if value in (None, "", (), Path()) else f"`{value}`"
            text = " ".join(helps[name].split()).replace("|", "\\|")
            yield f"| `--{name}` | {shown} | {changed} | {text} |"


def page() -> str:
    """The text of docs/options.md."""
    default, paper = (train.parse_train(["1", "X", "--preset", p]) for p in ("default", "paper"))
    ours, theirs = (evaluate.parse_evaluate(["X", "--preset", p]) for p in ("run", "paper"))
    estimated = estimate.parse_estimate(["1", "X"])
    lines = [
        "# Options",
        "",
        "Made from the code by `tests/options_page.py`. An empty `paper` means: as the default.",
        "A switch is turned off by `no-` before its name: `--no-depth`.",
    ]
    for title, *parsed in (
        ("train ID SEQUENCE", default, paper),
        ("estimate ID SEQUENCE, beside those of train", *[estimated] * 2, TrainArguments),
        ("evaluate RUN [CHECKPOINT]", ours, theirs),
        ("render RUN", *[render.parse_render(["X"])] * 2),
        ("export RUN", *[export.parse_export(["X"])] * 2),
        ("view RUN [CHECKPOINT]", *[view.parse_view(["X"])] * 2),
        ("import-model PATH", *[import_model.parse_import_model(["X"])] * 2),
        (
            "export-model RUN [CHECKPOINT]",
            *[export_model.parse_export_model(["X", "--out", "."])] * 2,
        ),
        ("report RUN [RUN ...]", *[report.ReportArguments(("X",))] * 2),
        ("results", *[results.ResultsArguments()] * 2),
        ("benchmark submit", *[benchmark.parse_submit([])] * 2),
        ("benchmark check ZIP", *[benchmark.CheckSubmissionArguments(Path())] * 2),
        ("data synthesize", *[data.SynthesizeArguments()] * 2),
        (
            "data convert SOURCE ID SEQUENCE",
            *[data.ConvertArguments(Path(), 1, "X", Path())] * 2,
        ),
        ("data pack ID SEQUENCE", *[data.PackArguments(1, "X")] * 2),
        ("data mask ID SEQUENCE", *[data.MaskArguments(1, "X")] * 2),
        ("doctor", *[doctor.DoctorArguments()] * 2),
        ("fleet PLAN", *[fleet.FleetArguments(Path())] * 2),
        ("demo", *[demo.DemoArguments()] * 2),
    ):
        lines += ["", f"## nersemble {title}", "", "| option | default | `paper` | meaning |"]
        lines += ["| --- | --- | --- | --- |", *rows(*parsed)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
