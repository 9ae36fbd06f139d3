import logging

from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

logger = logging.getLogger(__name__)


def health(request: HttpRequest) -> JsonResponse:
    """State for a monitor: 200 when the database and the cache answer, 503 otherwise."""
    checks = {"base": database_answers(), "cache": cache_answers()}
    response = JsonResponse(
        {"etat": "ok" if all(checks.values()) else "en panne", **checks},
        status=200 if all(checks.values()) else 503,
    )
    response["Cache-Control"] = "no-store"
    return response


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
