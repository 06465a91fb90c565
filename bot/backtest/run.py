"""One backtest: read, fit if asked, score, compare."""

from pathlib import Path
from typing import Any

from bot.backtest.fitting import fit
from bot.backtest.ours import Observer, Seen, cold, warm
from bot.backtest.protocols import Contest
from bot.backtest.recorded import Column, read
from bot.backtest.report import Contests, Ours, report
from bot.errors import UserError
from bot.progress import Progress
from bot.ranking.weights import Weights, shipped

_FOREVER = "9999-12-31"


def backtest(folder: Path, fit_until: str | None, progress: Progress) -> dict[str, Any]:
    """The documented object.

    With `fit_until`, weights are fitted on days up to it and every figure is of later days. Without, the shipped
    weights are measured on all days, and once more, under `later`, on those that they were not fitted on.

    Raises:
        UserError: Files are missing or cannot be read, or too few days lie on one side of the date.
    """
    contests = Contests.of(read(folder, progress))
    if not contests.gain and not contests.cold:
        raise UserError("no_days", f"{folder} holds no day that can be measured.", "A day needs 8 papers with a truth.")
    if fit_until is not None:
        weights = fit(contests, fit_until, progress)
        later = contests.between(fit_until, _FOREVER)
        note = f"Weights fitted on days up to {fit_until}; every figure is of later days."
        return _told(later, weights, progress) | {"fitted_until": fit_until, "note": note}
    weights = shipped()
    told = _told(contests, weights, progress)
    later = contests.between(weights.fitted_until, _FOREVER)
    note = (
        f"The shipped weights were fitted on days up to {weights.fitted_until}, which are among these; "
        f"--fit-until {weights.fitted_until} reports later days only."
    )
    return told | {"fitted_until": weights.fitted_until, "note": note, "later": _told(later, weights, progress)}


def _told(contests: Contests, weights: Weights, progress: Progress) -> dict[str, Any]:
    observer = Observer(contests.recorded)
    known: dict[int, Seen] = {}

    def seen(contest: Contest) -> Seen:
        if id(contest) not in known:
            known[id(contest)] = observer.seen(contest, weights.levels)
        return known[id(contest)]

    def ours(contest: Contest) -> Column:
        return warm(seen(contest), contest, weights)

    def ours_cold(contest: Contest) -> Column:
        return cold(seen(contest), contest, weights)

    return report(contests, Ours(warm=ours, cold=ours_cold), progress)
