"""The door of the space: an address, a code, no password."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from allauth.account.views import RequestLoginCodeView

from shop.account.forms import DoorForm


class DoorView(RequestLoginCodeView):
    form_class = DoorForm
    template_name = "shop/account/sign_in.html"

    def get_success_url(self) -> str:
        """Where the code is typed; whoever is signed in already goes where they wanted to."""
        wanted: str = self.get_next_url() or reverse("space_home")
        if self.request.user.is_authenticated:
            return wanted
        return f"{reverse('account_confirm_login_code')}?{urlencode({'next': wanted})}"
