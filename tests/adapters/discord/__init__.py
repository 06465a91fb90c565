"""Tests of the Discord adapter; nothing here speaks to a network."""
