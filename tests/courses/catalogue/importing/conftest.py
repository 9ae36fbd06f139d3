from pathlib import Path

import pytest

SHEETS = Path(__file__).parent / "sheets"


@pytest.fixture
def workshop_sheet() -> Path:
    """A sheet with every trap: capitals, a footer inside module 2, terms of sale at the end."""
    return SHEETS / "atelier-velo.txt"


@pytest.fixture
def accounts_sheet() -> Path:
    """A complete sheet of another author: labels in capitals, numbered points, no half-day."""
    return SHEETS / "tableur.txt"
