"""Measurements printed by `make bench`; ratios of one run, never a test's assertion."""
