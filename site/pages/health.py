import logging

from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from base.clock import present
from base.heartbeat import heartbeat

logger = logging.getLogger(__name__)


def health(request: HttpRequest) -> JsonResponse:
    """State for a monitor: 200 when the database and the cache answer, 503 otherwise.

    A clock that stands still is told in ``horloge`` and keeps 200: pages are served, and restarting
    the web process, which a monitor does at a 503, would not make the clock run.
    """
    checks = {"base": database_answers(), "cache": cache_answers()}
    response = JsonResponse(
        {"etat": "ok" if all(checks.values()) else "en panne", **checks, "horloge": clock_state()},
        status=200 if all(checks.values()) else 503,
    )
    response["Cache-Control"] = "no-store"
    return response


def clock_state() -> str:
    try:
        return heartbeat(present()).label
    except Error:
        return "inconnue"


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def cache_answers() -> bool:
    try:
        cache.set("health", "ok", 60)
        return bool(cache.get("health") == "ok")
    except Exception:  # each kind of cache fails in its own way
        logger.exception("Le cache ne répond pas.")
        return False
