from django.apps import AppConfig

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(AppConfig):
    name = "users"
    verbose_name = "comptes"
    default = True

    def ready(self) -> None:
        from users.first_proof import connect_signals  # models must be loaded first

        connect_signals()


class AccountsAdminConfig(WagtailUsersAppConfig):
    """Replaces ``wagtail.users`` in INSTALLED_APPS."""

    user_viewset = "users.admin.AccountsViewSet"
