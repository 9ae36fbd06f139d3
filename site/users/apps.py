from django.apps import AppConfig

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(AppConfig):
    name = "users"
    verbose_name = "comptes"
    default = True


class AccountsAdminConfig(WagtailUsersAppConfig):
    """Replaces ``wagtail.users`` in INSTALLED_APPS."""

    user_viewset = "users.admin.AccountsViewSet"
