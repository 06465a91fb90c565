"""Texts as vectors whose closeness is closeness of meaning: all-MiniLM-L6-v2, in numpy alone."""
