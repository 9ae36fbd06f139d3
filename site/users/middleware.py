from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from allauth.account.adapter import get_adapter

from users.second_factor import (
    has_second_factor,
    may_enter_admin,
    needs_second_factor,
    used_second_factor,
)

ADMIN_PATH = "/gestion/"
NO_ACCESS = "Votre compte ne donne pas accès à la gestion."
FACTOR_MISSING = (
    "Votre rôle demande un second facteur de connexion. Activez une application de codes "
    "ou une clé de sécurité, puis revenez dans la gestion."
)
FACTOR_UNUSED = "Confirmez votre identité : votre rôle demande un second facteur de connexion."


class StaffSecondFactorMiddleware:
    """Keeps sensitive staff out of the back-office until this session used a second factor.

    Nothing is remembered between two requests: a role received, a factor removed or a permission
    lost during the session counts at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_guarded(request):
            obstacle = find_obstacle(request)
            if obstacle:
                return turn_away(request, *obstacle)
        return self.get_response(request)


def is_guarded(request: HttpRequest) -> bool:
    """Visitors are sent to the sign-in page by the back-office itself; leaving is always free."""
    return (
        request.path.startswith(ADMIN_PATH)
        and request.user.is_authenticated
        and request.path != reverse("wagtailadmin_logout")
    )


def find_obstacle(request: HttpRequest) -> tuple[str, str] | None:
    """Why this user may not go on and the page that helps; None when the way is free."""
    user = request.user
    assert user.is_authenticated  # noqa: S101  narrows the type, see is_guarded
    if not may_enter_admin(user):
        return NO_ACCESS, reverse("account")
    if not needs_second_factor(user):
        return None
    if not has_second_factor(user):
        return FACTOR_MISSING, reverse("mfa_index")
    if not used_second_factor(request):
        return FACTOR_UNUSED, confirmation_page(request)
    return None


def confirmation_page(request: HttpRequest) -> str:
    first, *_ = get_adapter().get_reauthentication_methods(request.user)
    return f"{first['url']}?{urlencode({'next': way(request)})}"


def way(request: HttpRequest) -> str:
    """Where to go once the obstacle is gone; what was being sent cannot be sent again."""
    return request.get_full_path() if request.method == "GET" else reverse("wagtailadmin_home")


def turn_away(request: HttpRequest, reason: str, destination: str) -> HttpResponseBase:
    if not shows_a_page(request):
        return JsonResponse({"message": reason}, status=403)
    messages.warning(request, reason)
    return HttpResponseRedirect(destination)


def shows_a_page(request: HttpRequest) -> bool:
    """False when a script asks: it needs a refusal, a redirect would look like a success."""
    return (
        request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        and request.headers.get("X-Requested-With") != "XMLHttpRequest"
        and request.accepts("text/html")
    )
