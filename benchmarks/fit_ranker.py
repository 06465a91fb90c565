"""Writes the ranker's weights from recorded history: `python -m benchmarks.fit_ranker FOLDER --until DATE`."""

import argparse
import json
from pathlib import Path

from bot.backtest.fitting import fit
from bot.backtest.recorded import read
from bot.backtest.report import Contests
from bot.progress import Silent

WEIGHTS = Path(__file__).parents[1] / "bot" / "ranking" / "weights.json"


def main() -> None:
    """Fits on days up to and including the date, and overwrites the file that is shipped."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_ranker", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--until", required=True, help="YYYY-MM-DD")
    asked = parser.parse_args()
    weights = fit(Contests.of(read(asked.folder, Silent())), asked.until, Silent())
    WEIGHTS.write_text(json.dumps(weights.as_json(), indent=2) + "\n", encoding="utf-8")
    print(f"{WEIGHTS} fitted on days up to {asked.until}")


if __name__ == "__main__":
    main()
