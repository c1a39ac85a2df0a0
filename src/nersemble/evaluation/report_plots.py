"""Plots of a report as inline SVG: curves, and marks by category."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeGuard

# Small, so that the text is readable when a phone shows it at 0.8 of this size.
_WIDTH, _HEIGHT = 420, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 74, 10, 10, 40
_MAX_POINTS = 150
_N_COLORS = 6
_SMALLEST, _LARGEST = 1e-100, 1e100
# Share of the first training steps whose values may lie outside a figure.
_BEGINNING = 0.1
_LOG_FROM = 20
# Powers of ten that a logarithmic axis may span with ticks between them.
_FEW_POWERS = 2.5


@dataclass(frozen=True)
class Series:
    """A named curve, or a mark of each category; a value of None leaves a gap."""

    name: str
    xs: Sequence[float]
    ys: Sequence[float | None]


def line_plot(
    title: str, x_label: str, y_label: str, series: Sequence[Series], *, of_training: bool = False
) -> str:
    """Curves in one figure. Long ones are drawn as means of neighbouring points.

    The vertical axis spans the values, logarithmically if they are positive and spread over more
    than a factor of 20.

    Args:
        title: the figure's caption; this and all other texts are escaped here.
        x_label: of the horizontal axis.
        y_label: of the vertical axis.
        series: each with ascending xs.
        of_training: the vertical axis spans the values after the first tenth of the steps, since
            the steep beginning would hide all later differences.

    Returns:
        A figure element; an empty string where nothing has a value.
    """
    curves = [(one.name, thinned(one.xs, one.ys)) for one in series]
    points = [point for _, curve in curves for point in curve]
    if not points:
        return ""
    last = max(x for x, _ in points)
    spanned = [y for x, y in points if not of_training or x >= _BEGINNING * last]
    is_log = min(spanned) > _SMALLEST and max(spanned) > _LOG_FROM * min(spanned)
    y_range = _range([math.log10(y) for y in spanned] if is_log else spanned)
    axes = _Axes(_range([x for x, _ in points]), y_range, is_log)
    if is_log:
        curves = [(name, [point for point in curve if point[1] > 0]) for name, curve in curves]
    drawn = []
    for index, (name, curve) in enumerate(curves):
        path = " ".join(f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in curve)
        drawn.append(f'<polyline class="line c{index % _N_COLORS}" points="{path}"/>')
        drawn += [
            f'<circle class="dot c{index % _N_COLORS}" cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" '
            f'r="5"><title>{escape(name)}: {escape(x_label)} {x:.6g}, {y:.5g}</title></circle>'
            for x, y in curve
        ]
    body = axes.frame(x_label, y_label, ticks(*axes.x_range)) + axes.inside("".join(drawn))
    return _figure(title, body, [name for name, _ in curves])


def category_plot(
    title: str, y_label: str, categories: Sequence[str], series: Sequence[Series]
) -> str:
    """Marks above each category; ``ys`` of a series are its categories'. The vertical axis spans
    the values and need not begin at 0, so that close ones differ: hence marks and no bars.

    Returns:
        A figure element; an empty string where nothing has a value.
    """
    values = [y for one in series for y in one.ys if _can_be_drawn(y)]
    if not values:
        return ""
    axes = _Axes((-0.5, len(categories) - 0.5), _range(values, margin=0.15))
    marks = []
    for index, one in enumerate(series):
        for place, value in zip(one.xs, one.ys, strict=True):
            if not _can_be_drawn(value):
                continue
            x = axes.x(place + 0.5 * ((index + 0.5) / len(series) - 0.5))
            marks.append(
                f'<circle class="mark c{index % _N_COLORS}" cx="{x:.1f}" '
                f'cy="{axes.y(value):.1f}" r="6">'
                f"<title>{escape(one.name)}: {escape(categories[int(place)])} {value:.5g}</title>"
                "</circle>"
            )
    ticks = [(float(i), name) for i, name in enumerate(categories)]
    body = axes.frame("", y_label, ticks) + "".join(marks)
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
    """y_range: of the values, or of their decimal logarithms."""

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    is_log: bool = False

    def x(self, value: float) -> float:
        low, high = self.x_range
        return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self.y_range
        place = math.log10(value) if self.is_log else value
        return _HEIGHT - _BOTTOM - (place - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    def inside(self, drawn: str) -> str:
        """What is drawn, cut off at the axes."""
        width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        return (
            f'<svg x="{_LEFT}" y="{_TOP}" width="{width}" height="{height}" '
            f'viewBox="{_LEFT} {_TOP} {width} {height}">{drawn}</svg>'
        )

    def y_ticks(self) -> list[tuple[float, str]]:
        """Values of the vertical axis, with texts."""
        low, high = self.y_range
        if not self.is_log:
            return ticks(low, high)
        powers, factors = list(range(math.floor(low), math.ceil(high) + 1)), [1, 2, 5]
        if high - low > _FEW_POWERS:
            powers, factors = sorted({round(power) for power, _ in ticks(low, high)}), [1]
        values = [factor * 10.0**power for power in powers for factor in factors]
        return [(v, f"{v:g}") for v in values if low <= math.log10(v) <= high]

    def frame(self, x_label: str, y_label: str, x_ticks: Sequence[tuple[float, str]]) -> str:
        """Grid lines, ticks and labels."""
        bottom, middle = _HEIGHT - _BOTTOM, (_HEIGHT - _BOTTOM + _TOP) / 2
        parts = []
        for value, text in self.y_ticks():
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


def _range(values: Sequence[float], margin: float = 0.04) -> tuple[float, float]:
    """From the least to the largest, with a share of that as margin."""
    low, high = min(values), max(values)
    margin *= high - low
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
