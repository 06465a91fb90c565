"""Search by meaning, with a model of a few invented numbers."""
