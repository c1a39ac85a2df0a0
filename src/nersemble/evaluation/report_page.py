"""The sections of a report as HTML; everything that comes from a run is escaped here."""

from collections.abc import Mapping, Sequence
from html import escape
from statistics import fmean
from typing import Any

from nersemble.evaluation.metrics import METRICS, Metric
from nersemble.evaluation.report_data import EvaluatedRun
from nersemble.evaluation.report_pictures import (
    ERROR_SCALE,
    Comparison,
    Gallery,
    heat_map_colors,
)
from nersemble.evaluation.report_plots import Series, category_plot, line_plot
from nersemble.runs.training_log import is_measurement

_CURVES = {
    "eval/psnr": ("PSNR on held-out cameras while training", "dB"),
    "train/psnr": ("PSNR of the training rays", "dB"),
    "train/loss": ("Loss", "loss"),
    "train/steps_per_second": ("Speed", "steps/s"),
    "train/rays_per_second": ("Rays", "rays/s"),
    "train/samples_per_ray": ("Samples", "samples/ray"),
    "grid/occupied": ("Occupied cells", "fraction"),
    "memory/gpu_peak_bytes": ("GPU memory, peak so far", "GB"),
    "memory/host_peak_bytes": ("Host memory, peak so far", "GB"),
}
_GB = 1e9


def config_section(runs: Sequence[EvaluatedRun], names: Sequence[str]) -> str:
    """The differing options of several runs, or all options of a single one."""
    lacking = [name for run, name in zip(runs, names, strict=True) if not run.config]
    missing = "".join(_note(f"{name} has no config.json.") for name in lacking)
    options = sorted({name for run in runs for name in run.config} - {"format_version"})
    if len(runs) == 1:
        body = [[_option(option), _value(runs[0].config, option)] for option in options]
        table = _table(["option", "value"], body)
        folded = f"<details><summary>{len(options)} options</summary>{table}</details>"
        return _section("Configuration", missing + (folded if options else ""))
    differing = [
        option
        for option in options
        if len({_value(run.config, option) for run in runs if run.config}) > 1
    ]
    body = [[_option(o), *(_value(run.config, o) for run in runs)] for o in differing]
    table = _table(["option", *map(escape, names)], body)
    same = _note("The configs do not differ.") if not differing else table
    return _section("What differs in the configs", missing + same)


def metrics_section(runs: Sequence[EvaluatedRun], names: Sequence[str]) -> str:
    """Mean scores (the best of several runs marked), then plots over cameras and time."""
    rows = []
    for kind in ("regular", "masked"):
        for metric in METRICS.values():
            values = [run.result["mean"][kind].get(metric.name) for run in runs]
            known = [value for value in values if value is not None]
            best = (max if metric.higher_is_better else min)(known, default=None)
            cells = [_score(v, v == best and len(set(known)) > 1) for v in values]
            rows.append(f"<tr><th>{escape(metric.label)}, {kind}</th>{''.join(cells)}</tr>")
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    table = f'<div class="scroll"><table><tr><th>mean</th>{head}</tr>{"".join(rows)}</table></div>'
    notes = _missing_notes(runs, names)
    if {run.capture for run in runs} != {runs[0].capture}:
        notes.append(_note("The runs use different captures: their scores are not comparable."))
    elif len({str(run.result["notes"].get("timesteps")) for run in runs}) > 1:
        notes.append(_note("The runs were evaluated at different timesteps."))
    plots = "".join(
        _camera_plot(runs, names, metric) + _time_plot(runs, names, metric)
        for metric in METRICS.values()
    )
    if not any(run.pictures for run in runs):
        notes.append(_note("No scores of single pictures: an older version made this evaluation."))
    return _section("Metrics", table + "".join(notes) + f'<div class="plots">{plots}</div>')


def _missing_notes(runs: Sequence[EvaluatedRun], names: Sequence[str]) -> list[str]:
    """Why metrics are missing: one note per reason, with the runs' names unless it is all."""
    lacking: dict[tuple[str, str], list[str]] = {}
    for run, name in zip(runs, names, strict=True):
        for metric, reason in run.result["notes"].get("missing", {}).items():
            lacking.setdefault((metric, str(reason)), []).append(name)
    return [
        _note(f"{metric}{'' if len(of) == len(runs) else ' of ' + ', '.join(of)}: {reason}")
        for (metric, reason), of in lacking.items()
    ]


def curves_section(runs: Sequence[EvaluatedRun], names: Sequence[str]) -> str:
    """The training's curves, one figure each, all runs in it."""
    lacking = [n for run, n in zip(runs, names, strict=True) if not (run.log and run.log.curves)]
    notes = "".join(_note(f"{name} has no training curves on disk.") for name in lacking)
    known = {name for run in runs if run.log for name in run.log.curves}
    terms = {name: (_term(name), "loss") for name in sorted(known) if "train/loss_" in name}
    plots = _curve_plots(runs, names, _CURVES)
    if folded := _curve_plots(runs, names, terms):
        plots += f"<details><summary>{len(terms)} terms of the loss</summary>{folded}</details>"
    return _section("Training", notes + plots)


def facts_section(runs: Sequence[EvaluatedRun], names: Sequence[str]) -> str:
    """Hardware, time and memory of training and evaluation."""
    columns = [_facts(run) for run in runs]
    rows = [[label, *(column[label] for column in columns)] for label in columns[0]]
    body = [[escape(cell) for cell in row] for row in rows]
    return _section("Hardware, time and memory", _table(["", *map(escape, names)], body))


def pictures_section(gallery: Gallery) -> str:
    """Truth, prediction and error, with a divider where the page's script runs."""
    if not gallery.comparisons:
        reason = (
            "The pictures do not fit into --report_max_mb."
            if gallery.n_frames_all
            else "The runs have no common pictures with their ground truth on disk: evaluate "
            "without --no-report."
        )
        return _section("Pictures", _note(reason))
    colors = ", ".join(heat_map_colors())
    legend = (
        f'<p class="note">Error, mean of the absolute differences of red, green and blue: 0 '
        f'<span class="scale" role="img" aria-label="from dark blue to pale yellow" '
        f'style="background: linear-gradient(to right, {colors})"></span> {ERROR_SCALE} and more '
        "(of 1)</p>"
    )
    cut = ""
    if gallery.scale < 1:
        cut += _note(f"Pictures are shown at {gallery.scale:.0%} of their size.")
    if gallery.n_frames < gallery.n_frames_all:
        cut += _note(f"{gallery.n_frames} of {gallery.n_frames_all} frames are shown.")
    shown = "".join(map(_comparison, gallery.comparisons))
    return _section("Pictures", f'{legend}{cut}<div id="choices" class="choices"></div>{shown}')


def orbit_section(videos: Sequence[str | None], names: Sequence[str], why_not: str) -> str:
    """The orbit videos as data URIs; ``why_not`` is shown in place of a missing one."""
    parts = []
    for uri, name in zip(videos, names, strict=True):
        if uri is None:
            parts.append(_note(f"{name}: {why_not}"))
            continue
        label = f'aria-label="Orbit around the head of {escape(name)}"'
        parts.append(
            f'<figure><video src="{uri}" controls loop muted autoplay playsinline {label}></video>'
            f"<figcaption>{escape(name)}</figcaption></figure>"
        )
    return _section("Orbit", f'<div class="videos">{"".join(parts)}</div>')


def _comparison(one: Comparison) -> str:
    tiles = []
    for picture in one.pictures:
        psnr = "" if picture.psnr is None else f", {picture.psnr:.2f} dB"
        tiles.append(
            f'<figure><img src="{picture.uri}" alt="{escape(picture.alt)}" '
            f'data-title="{escape(picture.title)}" width="{picture.width}" '
            f'height="{picture.height}"><figcaption>{escape(picture.title)}{psnr}</figcaption>'
            "</figure>"
        )
    return (
        f'<article class="comparison" data-camera="{escape(one.serial)}" '
        f'data-frame="{one.frame}"><h3>Camera {escape(one.serial)}, frame {one.frame}</h3>'
        f'<div class="body"><div class="tiles">{"".join(tiles)}</div></div></article>'
    )


def _camera_plot(runs: Sequence[EvaluatedRun], names: Sequence[str], metric: Metric) -> str:
    serials = list(dict.fromkeys(s for run in runs for s in run.result["per_cam"]))
    series = []
    for run, name in zip(runs, names, strict=True):
        scores = [run.result["per_cam"].get(s, {}).get("regular", {}) for s in serials]
        series.append(Series(name, range(len(serials)), [one.get(metric.name) for one in scores]))
    return category_plot(f"{metric.label} per camera", metric.label, serials, series)


def _time_plot(runs: Sequence[EvaluatedRun], names: Sequence[str], metric: Metric) -> str:
    """A curve per camera for a single run, otherwise one per run (the mean of its cameras)."""
    grouped: dict[str, dict[int, list[float]]] = {}
    for run, name in zip(runs, names, strict=True):
        for picture in run.pictures:
            value = picture.scores["regular"].get(metric.name)
            curve = grouped.setdefault(picture.serial if len(runs) == 1 else name, {})
            if value is not None:
                curve.setdefault(picture.frame, []).append(value)
    series = [
        Series(name, sorted(curve), [fmean(curve[frame]) for frame in sorted(curve)])
        for name, curve in grouped.items()
    ]
    return line_plot(f"{metric.label} over time", "frame of the capture", metric.label, series)


def _curve_plots(
    runs: Sequence[EvaluatedRun], names: Sequence[str], curves: Mapping[str, tuple[str, str]]
) -> str:
    """A figure for each of the named curves, all runs in it; ``curves`` has title and unit."""
    plots = []
    for curve, (title, unit) in curves.items():
        series = []
        for run, name in zip(runs, names, strict=True):
            steps, values = run.log.curves.get(curve, ([], [])) if run.log else ([], [])
            factor = 1 / _GB if unit == "GB" else 1.0
            series.append(Series(name, steps, [value * factor for value in values]))
        plots.append(line_plot(title, "step", unit, series, of_training=True))
    return f'<div class="plots">{"".join(plots)}</div>' if any(plots) else ""


def _facts(run: EvaluatedRun) -> dict[str, str]:
    curves = run.log.curves if run.log else {}
    sessions = run.log.sessions if run.log else []
    trained_on = list(dict.fromkeys(_machine(session) for session in sessions))
    seconds = curves.get("train/seconds", ([], []))[1]
    peaks = {
        place: max(curves.get(f"memory/{place}_peak_bytes", ([], []))[1], default=None)
        for place in ("gpu", "host")
    }
    evaluated = run.facts.get("machine", {})
    return {
        "evaluation": run.evaluation,
        "protocol": str(run.result["notes"].get("protocol", "unknown")),
        "step": str(run.result["notes"].get("step", "unknown")),
        "trained on": "; ".join(trained_on) or "unknown",
        "training steps took": _duration(sum(seconds)) if seconds else "unknown",
        "peak GPU memory": f"{peaks['gpu'] / _GB:.2f} GB" if peaks["gpu"] else "none or unknown",
        "peak host memory": f"{peaks['host'] / _GB:.2f} GB" if peaks["host"] else "unknown",
        "evaluated on": _machine(evaluated) if evaluated else "unknown",
        "evaluation took": _duration(run.facts["seconds"]) if "seconds" in run.facts else "unknown",
        "pictures": str(run.result["notes"].get("n_images", "unknown")),
    }


def _machine(machine: Mapping[str, Any]) -> str:
    ram = machine.get("ram_bytes")
    ram = ram if is_measurement(ram) else None
    parts = [
        str(machine.get("device", "unknown device")),
        f"{machine.get('processor') or 'unknown processor'} ({machine.get('cores', '?')} cores)",
        f"{ram / _GB:.0f} GB RAM" if ram else "",
        f"torch {machine.get('torch', '?')}, nersemble {machine.get('nersemble', '?')}",
    ]
    return ", ".join(part for part in parts if part)


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{seconds / 60:.1f} min"


def _score(value: float | None, best: bool) -> str:
    if value is None:
        return "<td>-</td>"
    mark = ' class="best"' if best else ""
    star = ' <abbr title="best">*</abbr>' if best else ""
    return f'<td{mark}><data value="{value!r}">{value:.4g}</data>{star}</td>'


def _term(curve: str) -> str:
    return "Loss term " + curve.removeprefix("train/loss_").replace("_", " ")


def _option(name: str) -> str:
    return f"<code>{escape(name)}</code>"


def _value(config: Mapping[str, Any], option: str) -> str:
    return escape(str(config[option])) if option in config else "-"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells are HTML."""
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "".join(
        f"<tr><th>{row[0]}</th>{''.join(f'<td>{cell}</td>' for cell in row[1:])}</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><tr>{top}</tr>{body}</table></div>'


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"
