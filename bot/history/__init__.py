"""Recorded history: files of answers and readings that somebody kept, read into the store as if we had seen them.

What is read: `hf_daily.jsonl`, `hf_snapshots.csv`, `arxiv.jsonl` and recorded answers `daily_papers-DATE[@HHMM].json`,
each packed with gzip or plain. A count is believed only together with the time it was read, so the "last reading"
columns of `hf_daily` are not; a repository is known of from the start, since a record has no time for each field.

What is left out, and counted: broken lines, rows that are no paper, readings without any count, readings of papers that
no list names, and the counts of a recorded answer whose time nobody noted.
"""

from bot.history.importing import ImportReport, import_history

__all__ = ["ImportReport", "import_history"]
