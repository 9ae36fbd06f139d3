"""Pages of the back-office about one version: importing this module registers them."""

from django.urls import URLPattern, path

from wagtail import hooks

from legal.terms.follow_up import (
    DoubtfulClausesView,
    DraftComparisonView,
    DraftTextView,
    FollowUpView,
)
from legal.terms.importing.views import ImportTermsView


@hooks.register("register_admin_urls")
def terms_urls() -> list[URLPattern]:
    text = DraftTextView.as_view
    return [
        path("cgv/importer/", ImportTermsView.as_view(), name="import_terms"),
        path("cgv/<int:pk>/suivi/", FollowUpView.as_view(), name="terms_follow_up"),
        path("cgv/<int:pk>/clauses/", DoubtfulClausesView.as_view(), name="terms_doubtful_clauses"),
        path("cgv/<int:pk>/texte/", text(), name="terms_admin_text"),
        path(
            "cgv/<int:pk>/changements/",
            DraftComparisonView.as_view(),
            name="terms_admin_comparison",
        ),
        path("cgv/<int:pk>/projet.pdf", text(), {"as_pdf": True}, name="terms_admin_pdf"),
    ]
