"""Figures, not tests: `python -m benchmarks NAME`."""
