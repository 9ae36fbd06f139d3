from functools import cached_property
from typing import Any

from wagtail.admin.ui.tables import Column
from wagtail.users.views.users import IndexView, UserViewSet

from users.forms import StaffCreationForm, StaffEditForm
from users.models import User


class AccountsIndexView(IndexView):
    @cached_property
    def columns(self) -> list[Column]:
        """Wagtail calls the identifier a user name, whatever it is."""
        columns: list[Column] = super().columns
        for column in columns:
            if column.name == User.USERNAME_FIELD:
                column.label = "Adresse e-mail"
        return columns


class AccountsViewSet(UserViewSet):
    index_view_class = AccountsIndexView

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return StaffEditForm if for_update else StaffCreationForm
