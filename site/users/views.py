from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView

from users.second_factor import has_second_factor, may_enter_admin, needs_second_factor


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert user.is_authenticated  # noqa: S101  narrows the type, see login_required
    context = {
        "may_enter_admin": may_enter_admin(user),
        "has_second_factor": has_second_factor(user),
        "needs_second_factor": needs_second_factor(user),
    }
    return render(request, "users/account.html", context)


class RecoveryCodesFileView(DownloadRecoveryCodesView):
    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **kwargs)
        response["Content-Disposition"] = 'attachment; filename="codes-de-secours.txt"'
        return response
