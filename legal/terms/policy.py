"""Who may change a version of the terms: nobody, once it is submitted."""

from __future__ import annotations

from typing import Any

from django.db import models

from wagtail.permission_policies import ModelPermissionPolicy

from legal.terms.models import TermsVersion

WRITING = frozenset({"change", "delete"})


class TermsPermissionPolicy(ModelPermissionPolicy):
    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if action in WRITING and not instance.is_editable:
            return False
        return bool(super().user_has_permission_for_instance(user, action, instance))

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Any
    ) -> models.QuerySet[TermsVersion]:
        """Versions on which the user may do at least one of ``actions``."""
        granted = {action for action in actions if self.user_has_permission(user, action)}
        found: models.QuerySet[TermsVersion] = TermsVersion.objects.all()
        if not granted:
            return found.none()
        return found if granted - WRITING else TermsVersion.objects.editable()
