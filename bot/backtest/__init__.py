"""The ranking against recorded history: what it would have said, and what came. Pure, save the reading of two files.

`recorded` reads, `protocols` says who competes when and what came of it, `baselines` and `ours` give scores, `measures`
compares the two, `report` makes the tables.
"""
