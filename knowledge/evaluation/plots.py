"""The two drawings of the page, as SVG that stands by itself and can be read aloud."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from knowledge.evaluation.figures import ScoreBin
from knowledge.evaluation.reliability import BINS, Bin, Reliability

SERIES = (
    ("right", "Right entry", "#1f4e8c"),
    ("wrong", "Wrong entry", "#c2410c"),
    ("out", "Out of scope", "#848b94"),
)
"""What a bar is made of: class, name, colour. They differ in lightness too."""

_WIDTH, _HEIGHT = 360, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 34, 44
_SPAN, _RISE = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
_TICKS = 5
_SMALLEST, _LARGEST = 3.0, 9.0


def reliability_diagram(measured: Reliability) -> str:
    """Mean score against share right: on the diagonal, scores mean what they say."""
    filled = [each for each in measured.bins if each.count]
    most = max((each.count for each in filled), default=1)
    told = "; ".join(
        f"scored {each.mean_score:.2f} on average, {each.share_right:.0%} of {each.count} right"
        for each in filled
    )
    shapes = [
        *_axes("Mean score", "Share right", [f"{n / _TICKS:.1f}" for n in range(_TICKS + 1)]),
        f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>',
        *(shape for each in filled for shape in _point(each, most)),
    ]
    return _drawing("reliability", "Reliability of the scores", f"By score: {told}.", shapes)


def _point(each: Bin, most: int) -> Iterator[str]:
    x, y = _x(each.mean_score), _y(each.share_right)
    radius = max(_SMALLEST, _LARGEST * math.sqrt(each.count / most))
    yield f'<line class="off" x1="{x}" y1="{_y(each.mean_score)}" x2="{x}" y2="{y}"/>'
    yield f'<circle class="right" cx="{x}" cy="{y}" r="{radius:.1f}"/>'


def score_bars(bins: Sequence[ScoreBin]) -> str:
    """How many messages had which score, by whether the entry found was right."""
    highest = _round_up(max(each.right + each.wrong + each.out_of_scope for each in bins))
    told = "; ".join(
        f"from {each.low:.1f}, {each.right} right, {each.wrong} wrong, "
        f"{each.out_of_scope} out of scope"
        for each in bins
    )
    shapes = [
        *_axes("Score", "Messages", [f"{highest * n / _TICKS:g}" for n in range(_TICKS + 1)]),
        *(shape for each in bins for shape in _bar(each, highest)),
        *_legend(),
    ]
    return _drawing("scores", "Scores of the first entry found", f"By score: {told}.", shapes)


def _bar(each: ScoreBin, highest: int) -> Iterator[str]:
    below = 0
    width = _SPAN / BINS - 4
    for (name, _, _), count in zip(
        SERIES, (each.right, each.wrong, each.out_of_scope), strict=True
    ):
        top, bottom = _y((below + count) / highest), _y(below / highest)
        below += count
        if count:
            yield (
                f'<rect class="{name}" x="{_x(each.low) + 2:.1f}" y="{top}" '
                f'width="{width:.1f}" height="{bottom - top:.1f}"/>'
            )


def _legend() -> Iterator[str]:
    for number, (name, label, _) in enumerate(SERIES):
        x = _LEFT + number * 104
        yield f'<rect class="{name}" x="{x}" y="8" width="12" height="12"/>'
        yield f'<text x="{x + 17}" y="18">{label}</text>'


def _round_up(count: int) -> int:
    """The next number that five ticks divide."""
    step = _TICKS * int(10 ** max(0, len(str(count)) - 2))
    return max(1, math.ceil(count / step)) * step


def _axes(across: str, up: str, steps: Iterable[str]) -> Iterator[str]:
    for n, label in enumerate(steps):
        y = _y(n / _TICKS)
        yield f'<line class="grid" x1="{_x(0)}" y1="{y}" x2="{_x(1)}" y2="{y}"/>'
        yield f'<text class="end" x="{_LEFT - 6}" y="{y + 4:.1f}">{label}</text>'
    for share in (n / _TICKS for n in range(_TICKS + 1)):
        yield f'<text class="middle" x="{_x(share)}" y="{_y(0) + 17:.1f}">{share:.1f}</text>'
    yield f'<text class="middle" x="{_x(0.5)}" y="{_HEIGHT - 6}">{across}</text>'
    x, y = 12, _y(0.5)
    yield f'<text class="middle" x="{x}" y="{y}" transform="rotate(-90 {x} {y})">{up}</text>'


def _x(share: float) -> float:
    return round(_LEFT + share * _SPAN, 1)


def _y(share: float) -> float:
    return round(_TOP + (1 - share) * _RISE, 1)


def _drawing(name: str, title: str, told: str, shapes: Iterable[str]) -> str:
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-told" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-told">{escape(told)}</desc>{"".join(shapes)}</svg>'
    )
