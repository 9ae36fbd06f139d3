"""Account pages under French addresses; the names are those that allauth calls."""

from django.urls import include, path
from django.views.generic import RedirectView

from allauth.account import views as account_views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as key_views

from users.views import RecoveryCodesFileView, account

to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

# Wagtail's own sign-in pages know neither the second factor nor the limits on attempts.
closed_doors = [
    path("gestion/login/", to_sign_in),
    path("_util/login/", to_sign_in),
]

entrance = [
    path("connexion/", account_views.login, name="account_login"),
    path("connexion/code/", account_views.request_login_code, name="account_request_login_code"),
    path(
        "connexion/code/saisie/",
        account_views.confirm_login_code,
        name="account_confirm_login_code",
    ),
    path("connexion/cle/", key_views.login_webauthn, name="mfa_login_webauthn"),
    path("connexion/second-facteur/", factor_views.authenticate, name="mfa_authenticate"),
    path("deconnexion/", account_views.logout, name="account_logout"),
    path("inscription/", account_views.signup, name="account_signup"),
    path(
        "adresse/verification/",
        account_views.email_verification_sent,
        name="account_email_verification_sent",
    ),
    path("desactive/", account_views.account_inactive, name="account_inactive"),
]

profile = [
    path("", account, name="account"),
    path("adresse/", account_views.email, name="account_email"),
    path("confirmation/", account_views.reauthenticate, name="account_reauthenticate"),
]

passwords = [
    path("", account_views.password_change, name="account_change_password"),
    path("choix/", account_views.password_set, name="account_set_password"),
    path("oubli/", account_views.password_reset, name="account_reset_password"),
    path(
        "oubli/code/",
        account_views.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path(
        "oubli/nouveau/",
        account_views.complete_password_reset,
        name="account_complete_password_reset",
    ),
    path(
        "oubli/fin/",
        account_views.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
]

second_factor = [
    path("", factor_views.index, name="mfa_index"),
    path("confirmation/", factor_views.reauthenticate, name="mfa_reauthenticate"),
    path("application/", totp_views.activate_totp, name="mfa_activate_totp"),
    path("application/retrait/", totp_views.deactivate_totp, name="mfa_deactivate_totp"),
    path("secours/", recovery_views.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "secours/nouveaux/",
        recovery_views.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("secours/fichier/", RecoveryCodesFileView.as_view(), name="mfa_download_recovery_codes"),
    path("cles/", key_views.list_webauthn, name="mfa_list_webauthn"),
    path("cles/ajout/", key_views.add_webauthn, name="mfa_add_webauthn"),
    path(
        "cles/confirmation/",
        key_views.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("cles/<int:pk>/", key_views.edit_webauthn, name="mfa_edit_webauthn"),
    path("cles/<int:pk>/retrait/", key_views.remove_webauthn, name="mfa_remove_webauthn"),
]

urlpatterns = [
    *closed_doors,
    path("compte/", include(entrance)),
    path("compte/", include(profile)),
    path("compte/mot-de-passe/", include(passwords)),
    path("compte/second-facteur/", include(second_factor)),
]
