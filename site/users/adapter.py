from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from allauth.account.adapter import DefaultAccountAdapter

from users.second_factor import has_application, has_second_factor, may_enter_admin

METHOD_LABELS = {
    "reauthenticate": "Avec mon mot de passe",
    "mfa_reauthenticate": "Avec un code de mon application",
    "mfa_reauthenticate:webauthn": "Avec ma clé de sécurité",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "rate_limited": "Trop de demandes rapprochées : patientez une minute.",
        "too_many_login_attempts": "Trop de tentatives. Réessayez dans quelques minutes.",
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff arrive in the back-office, everybody else on their account page."""
        return reverse("wagtailadmin_home" if may_enter_admin(request.user) else "account")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A password no longer confirms anything once the account has a second factor.

        The first way is the one proposed: the key for whoever has no code application.
        """
        methods = super().get_reauthentication_methods(user)
        if user.is_authenticated and has_second_factor(user):
            methods = [method for method in methods if method["id"].startswith("mfa")]
            if not has_application(user):
                methods.reverse()
        return [{**method, "description": METHOD_LABELS[method["id"]]} for method in methods]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        known = {"code_minutes": settings.ACCOUNT_CODE_MINUTES, "site_url": settings.SITE_URL}
        super().send_mail(template_prefix, email, known | context)
