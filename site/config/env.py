"""The one place that reads the environment: a wrong value stops the start with a clear message."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

import environ

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))


def database(default_file: Path) -> dict[str, Any]:
    """SQLite in WAL mode unless ``DATABASE_URL`` names another database.

    Writers take the lock at BEGIN (``IMMEDIATE``): two writers wait instead of failing half-way.
    """
    config: dict[str, Any] = env.db_url("DATABASE_URL", default=f"sqlite:///{default_file}")
    config["CONN_MAX_AGE"] = None
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA foreign_keys=ON;PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
            ),
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
    return config


def required(name: str) -> str:
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"La variable d’environnement {name} est obligatoire.")
    return value
