"""`python -m benchmarks.growth_chart`: docs/growth.svg from docs/growth.json, both axes logarithmic."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from math import log10
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 220, 50, 50
LOWEST, HIGHEST = 0.1, 1000.0
"""Milliseconds."""
SERIES = {
    "nothing_due_ms": ("a tick with nothing due", "#0072b2"),
    "batch_of_500_ms": ("500 slots planned", "#d55e00"),
    "claim_of_128_lanes_ms": ("a claim of 128 lanes", "#009e73"),
}
"""Of each row's figures: what it is, and a colour that colour-blind people tell apart (https://jfly.uni-koeln.de/color/)."""


def main() -> None:
    rows = json.loads((DOCS / "growth.json").read_text())["growth"]
    (DOCS / "growth.svg").write_text(chart(rows))


def chart(rows: Sequence[Mapping[str, float]]) -> str:
    """An SVG of the series over the number of schedules."""
    sizes = [row["schedules"] for row in rows]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="13">'
    )
    title = "Milliseconds by the number of schedules"
    lines = [
        head,
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="26" font-size="16">{title}</text>',
        *_across(sizes),
        *_up(),
    ]
    for name, (label, colour) in SERIES.items():
        lines += _series([(row["schedules"], row[name]) for row in rows], sizes, label, colour)
    return "\n".join([*lines, "</svg>", ""])


def _across(sizes: Sequence[float]) -> list[str]:
    return [
        f'<text x="{_x(size, sizes):.0f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle" fill="#333">{size:,}</text>'
        for size in sizes
    ]


def _up() -> list[str]:
    lines = []
    for power in range(round(log10(LOWEST)), round(log10(HIGHEST)) + 1):
        y = _y(10.0**power)
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end" fill="#333">{10.0**power:g} ms</text>')
    return lines


def _series(points: Sequence[tuple[float, float]], sizes: Sequence[float], label: str, colour: str) -> list[str]:
    placed = [(_x(size, sizes), _y(value)) for size, value in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    told = f"{label}: {points[-1][1]:g} ms"
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in placed),
        f'<text x="{placed[-1][0] + 10:.0f}" y="{placed[-1][1] + 4:.0f}" fill="{colour}">{escape(told)}</text>',
    ]


def _x(size: float, sizes: Sequence[float]) -> float:
    first, last = log10(min(sizes)), log10(max(sizes))
    share = (log10(size) - first) / (last - first) if last > first else 0.0
    return LEFT + 20 + share * (WIDTH - LEFT - RIGHT - 40)


def _y(milliseconds: float) -> float:
    held = min(max(milliseconds, LOWEST), HIGHEST)
    share = (log10(held) - log10(LOWEST)) / (log10(HIGHEST) - log10(LOWEST))
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


if __name__ == "__main__":
    main()
