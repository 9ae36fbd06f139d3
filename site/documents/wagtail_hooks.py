from wagtail import hooks
from wagtail.permissions import register_permission_policy

from documents.admin import IssuedDocumentViewSet, ReadOnlyPermissionPolicy
from documents.issued import IssuedDocument

register_permission_policy(IssuedDocument, ReadOnlyPermissionPolicy(IssuedDocument))


@hooks.register("register_admin_viewset")
def issued_documents() -> IssuedDocumentViewSet:
    return IssuedDocumentViewSet()
