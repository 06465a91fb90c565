"""The parts of a score in words and numbers."""

import math
from collections.abc import Callable

import numpy as np

from bot.models import ScorePart
from bot.ranking.past import Past
from bot.ranking.series import Column, Gain
from bot.ranking.signals import Measured

_NAMES = {
    "upvote_rate": "upvotes gained",
    "momentum": "upvotes gained lately",
    "star_rate": "GitHub stars gained",
    "github_stars": "GitHub stars",
    "upvotes": "upvotes",
    "comments": "comments",
    "adoption": "models, datasets and spaces",
    "hacker_news": "Hacker News",
    "citations": "citations",
    "author_h_index": "its authors' h-index",
}


def signal_name(name: str) -> str:
    """What a signal is called in a sentence."""
    return _NAMES[name]


def age_part(measured: Measured, row: int, part: float) -> ScorePart:
    """What any paper of its age starts from."""
    hours = float(measured.age_hours[row])
    text = f"{_span(hours)} old: what a paper of that age starts from"
    return ScorePart(signal="age", value=round(hours, 2), unit="hours", part=part, text=text)


def past_part(past: Past, row: int, part: float) -> ScorePart:
    """What its makers promise."""
    known = round(float(np.expm1(past.columns["known_authors"][row])))
    shown = round(float(np.expm1(past.columns["papers_of_submitter"][row])))
    text = (
        f"its makers: {_counted(known, 'author') if known else 'no author'} with papers here in the last half year, "
        f"{_counted(shown, 'other paper') if shown else 'no other paper'} by who showed it"
        f"{', with code' if past.columns['repository'][row] else ''}"
    )
    return ScorePart(signal="past", value=float(known), unit="authors", part=part, text=text)


def signal_part(name: str, measured: Measured, row: int, percentile: float, part: float) -> ScorePart:
    """One signal's part; value None where no source gave it."""
    unit, value, text = _TELLERS[name](measured, row)
    if math.isnan(percentile) or value is None:
        missing = f"{_NAMES[name]}: not known, which counts as none would"
        return ScorePart(signal=name, value=None, unit=unit, part=0.0, text=missing)
    return ScorePart(signal=name, value=round(value, 4), unit=unit, part=part, text=f"{text}, {_place(percentile)}")


def _upvote_rate(measured: Measured, row: int) -> tuple[str, float | None, str]:
    return _gained(measured.upvote_gain, row, "upvote")


def _momentum(measured: Measured, row: int) -> tuple[str, float | None, str]:
    unit, value, text = _gained(measured.recent_gain, row, "upvote")
    return unit, value, f"lately {text}"


def _star_rate(measured: Measured, row: int) -> tuple[str, float | None, str]:
    gain = measured.star_gain
    unit, value, text = _gained(gain, row, "star")
    return unit, value, text + _believed(gain.gained, measured.believed_star_gain, row)


def _stars(measured: Measured, row: int) -> tuple[str, float | None, str]:
    value = _number(measured.stars, row)
    return "stars", value, _counted(value, "GitHub star") + _believed(measured.stars, measured.believed_stars, row)


def _upvotes(measured: Measured, row: int) -> tuple[str, float | None, str]:
    value = _number(measured.upvotes, row)
    return "upvotes", value, f"{_counted(value, 'upvote')} in all"


def _comments(measured: Measured, row: int) -> tuple[str, float | None, str]:
    value, counted = _number(measured.comments, row), _number(measured.counted_comments, row)
    capped = f" (counted as {counted:.0f}, like its upvotes)" if value != counted and counted is not None else ""
    return "comments", value, _counted(value, "comment") + capped


def _adoption(measured: Measured, row: int) -> tuple[str, float | None, str]:
    kinds = (("model", measured.models), ("dataset", measured.datasets), ("space", measured.spaces))
    known = [_counted(_number(column, row), kind) for kind, column in kinds if column[row] > 0]
    return "links", _number(measured.adoption, row), f"{_listed(known) or 'no model, dataset or space'} on Hugging Face"


def _story(measured: Measured, row: int) -> tuple[str, float | None, str]:
    points, comments = _number(measured.points, row), _number(measured.story_comments, row)
    told = _listed([_counted(count, noun) for count, noun in ((points, "point"), (comments, "comment")) if count])
    days = measured.story_silence_hours[row] / 24
    faded = f" (no news of it for {days:.0f} days, so it counts less)" if days > 2 else ""
    return "points", points, f"{told or 'no point'} on Hacker News{faded}"


def _citations(measured: Measured, row: int) -> tuple[str, float | None, str]:
    value = _number(measured.citations, row)
    return "citations", value, _counted(value, "citation")


def _h_index(measured: Measured, row: int) -> tuple[str, float | None, str]:
    """The h-index: https://doi.org/10.1073/pnas.0507655102."""
    value = _number(measured.author_h_index, row)
    return "h-index", value, f"an author with an h-index of {value or 0:.0f}"


_TELLERS: dict[str, Callable[[Measured, int], tuple[str, float | None, str]]] = {
    "upvote_rate": _upvote_rate,
    "momentum": _momentum,
    "star_rate": _star_rate,
    "github_stars": _stars,
    "upvotes": _upvotes,
    "comments": _comments,
    "adoption": _adoption,
    "hacker_news": _story,
    "citations": _citations,
    "author_h_index": _h_index,
}


def _gained(gain: Gain, row: int, noun: str) -> tuple[str, float | None, str]:
    gained, hours = _number(gain.gained, row), _number(gain.hours, row)
    unit = f"{noun}s per hour"
    if gained is None or hours is None:
        return unit, None, ""
    return unit, gained / max(hours, 1.0), f"{_counted(gained, noun)} gained in {_span(hours)}"


def _believed(told: Column, believed: Column, row: int) -> str:
    count, counted = _number(told, row), _number(believed, row)
    if count is None or counted is None or counted >= count:
        return ""
    return f" (counted as {counted:,.0f}: its forks and upvotes account for no more)"


def _place(percentile: float) -> str:
    if percentile == 0:
        return "not above any paper of its age"
    if percentile >= 0.99:
        return f"more than {math.floor(percentile * 1000) / 10:.1f} % of papers of its age"
    return f"more than {max(1, math.floor(percentile * 100))} % of papers of its age"


def _counted(value: float | None, noun: str) -> str:
    if value is None:
        return ""
    if 0 < value < 0.5:
        return f"less than one {noun}"
    number = f"{value:,.0f}"
    return f"{number} {noun}{'' if number == '1' else 's'}"


def _span(hours: float) -> str:
    if hours < 1:
        minutes = round(hours * 60)
        return f"{minutes} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"


def _listed(pieces: list[str]) -> str:
    return pieces[0] if len(pieces) == 1 else f"{', '.join(pieces[:-1])} and {pieces[-1]}" if pieces else ""


def _number(column: Column, row: int) -> float | None:
    value = float(column[row])
    return None if math.isnan(value) else value
