"""Crashes and failures on purpose: many updates through the real assistant, killed at random."""
