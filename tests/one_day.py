"""The day on which the suite lives: see ``tests/conftest.py``. What is imported first reads it here."""

from datetime import UTC, datetime

MORNING = datetime(2026, 11, 25, 8, tzinfo=UTC)
TODAY = MORNING.date()
