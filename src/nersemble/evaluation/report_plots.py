"""Plots of a report as inline SVG: curves and grouped bars."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeGuard

# Small, so that the text is readable when a phone shows it at 0.8 of this size.
_WIDTH, _HEIGHT = 420, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 10, 10, 40
_MAX_POINTS = 150
_N_COLORS = 6
_SMALLEST, _LARGEST = 1e-100, 1e100


@dataclass(frozen=True)
class Series:
    """A named curve, or a bar of each category; a value of None leaves a gap."""

    name: str
    xs: Sequence[float]
    ys: Sequence[float | None]


def line_plot(title: str, x_label: str, y_label: str, series: Sequence[Series]) -> str:
    """Curves in one figure. Long ones are drawn as means of neighbouring points.

    Args:
        title: the figure's caption; this and all other texts are escaped here.
        x_label: of the horizontal axis.
        y_label: of the vertical axis.
        series: each with ascending xs.

    Returns:
        A figure element; an empty string where nothing has a value.
    """
    curves = [(one.name, thinned(one.xs, one.ys)) for one in series]
    points = [point for _, curve in curves for point in curve]
    if not points:
        return ""
    axes = _Axes(_range([x for x, _ in points]), _range([y for _, y in points]))
    drawn = []
    for index, (name, curve) in enumerate(curves):
        path = " ".join(f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in curve)
        drawn.append(f'<polyline class="line c{index % _N_COLORS}" points="{path}"/>')
        drawn += [
            f'<circle class="dot c{index % _N_COLORS}" cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" '
            f'r="5"><title>{escape(name)}: {escape(x_label)} {x:.6g}, {y:.5g}</title></circle>'
            for x, y in curve
        ]
    body = axes.frame(x_label, y_label, ticks(*axes.x_range)) + "".join(drawn)
    return _figure(title, body, [name for name, _ in curves])


def bar_plot(title: str, y_label: str, categories: Sequence[str], series: Sequence[Series]) -> str:
    """Bars side by side for each category; ``ys`` of a series are its categories'.

    Returns:
        A figure element; an empty string where nothing has a value.
    """
    values = [y for one in series for y in one.ys if _can_be_drawn(y)]
    if not values:
        return ""
    low = min(0.0, *values)
    axes = _Axes((-0.5, len(categories) - 0.5), (low, max(max(values) * 1.05, low + 1e-9)))
    width = 0.8 / len(series)
    bars = []
    for index, one in enumerate(series):
        for place, value in zip(one.xs, one.ys, strict=True):
            if not _can_be_drawn(value):
                continue
            left = axes.x(place - 0.4 + index * width)
            top, bottom = axes.y(max(value, 0)), axes.y(min(value, 0))
            bars.append(
                f'<rect class="bar c{index % _N_COLORS}" x="{left:.1f}" y="{top:.1f}" '
                f'width="{axes.x(width) - axes.x(0):.1f}" height="{bottom - top:.1f}">'
                f"<title>{escape(one.name)}: {escape(categories[int(place)])} {value:.5g}</title>"
                "</rect>"
            )
    ticks = [(float(i), name) for i, name in enumerate(categories)]
    body = axes.frame("", y_label, ticks) + "".join(bars)
    return _figure(title, body, [one.name for one in series])


def thinned(xs: Sequence[float], ys: Sequence[float | None]) -> list[tuple[float, float]]:
    """At most 150 points: means over as many stretches of equally many points."""
    known = [(x, y) for x, y in zip(xs, ys, strict=True) if _can_be_drawn(x) and _can_be_drawn(y)]
    size = math.ceil(len(known) / _MAX_POINTS) or 1
    groups = [known[start : start + size] for start in range(0, len(known), size)]
    return [
        (sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group))
        for group in groups
    ]


def ticks(low: float, high: float, count: int = 5) -> list[tuple[float, str]]:
    """Round numbers (1, 2 or 5 times a power of ten apart) from ``low`` to ``high``, with texts."""
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.75)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(n * step, _number(n * step, step)) for n in range(first, last + 1)]


@dataclass(frozen=True)
class _Axes:
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, value: float) -> float:
        low, high = self.x_range
        return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self.y_range
        return _HEIGHT - _BOTTOM - (value - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    def frame(self, x_label: str, y_label: str, x_ticks: Sequence[tuple[float, str]]) -> str:
        """Grid lines, ticks and labels."""
        bottom, middle = _HEIGHT - _BOTTOM, (_HEIGHT - _BOTTOM + _TOP) / 2
        parts = []
        for value, text in ticks(*self.y_range):
            y = self.y(value)
            parts.append(
                f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>'
                f'<text x="{_LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
            )
        parts += [
            f'<text x="{self.x(value):.1f}" y="{bottom + 15}" text-anchor="middle">'
            f"{escape(text)}</text>"
            for value, text in x_ticks
        ]
        parts.append(f'<path class="axis" d="M{_LEFT} {_TOP}V{bottom}H{_WIDTH - _RIGHT}"/>')
        center = (_LEFT + _WIDTH - _RIGHT) / 2
        parts.append(f'<text x="{center}" y="{_HEIGHT - 6}" text-anchor="middle">')
        parts.append(f"{escape(x_label)}</text>")
        parts.append(f'<text transform="translate(12 {middle}) rotate(-90)" text-anchor="middle">')
        parts.append(f"{escape(y_label)}</text>")
        return "".join(parts)


def _can_be_drawn(value: float | None) -> TypeGuard[float]:
    """Whether it is there, finite, and differences of such values are finite as well."""
    return value is not None and abs(value) < _LARGEST


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = (high - low) * 0.04
    # A single value, or several that hardly differ, get room on both sides.
    if margin <= max(_SMALLEST, abs(low) * 1e-9, abs(high) * 1e-9):
        margin = max(abs(high) * 0.1, _SMALLEST) if abs(high) > _SMALLEST else 1.0
    return low - margin, high + margin


def _number(value: float, step: float) -> str:
    """With as many decimals as multiples of ``step`` need."""
    if step < 1e-4:
        return f"{value:.3g}"
    if step >= 1000:
        return f"{value / 1000:g}k"
    return f"{value:.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"


def _figure(title: str, body: str, names: Sequence[str]) -> str:
    legend = "".join(
        f'<li><span class="key c{index % _N_COLORS}"></span>{escape(name)}</li>'
        for index, name in enumerate(names)
    )
    return (
        f'<figure class="plot"><figcaption>{escape(title)}</figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">'
        f'{body}</svg><ul class="legend">{legend}</ul></figure>'
    )
