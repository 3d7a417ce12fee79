"""The moment in which the tests live."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Noon in Beijing on the day that the tests live in."""
