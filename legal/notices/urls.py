from django.urls import path

from legal.notices import views
from legal.notices.rules import NoticeKind
from legal.notices.versions import old_version, versions

ARCHIVED = {
    "confidentialite": NoticeKind.PRIVACY,
    "reglement-interieur": NoticeKind.HOUSE_RULES,
}

urlpatterns = [
    path("mediation/", views.mediation, name="mediation"),
    path("mentions-legales/", views.legal_notice, name="legal_notice"),
    path("confidentialite/", views.privacy, name="privacy"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("reglement-interieur/", views.house_rules, name="house_rules"),
    path("reglement-interieur.pdf", views.pdf, {"kind": NoticeKind.HOUSE_RULES}, "house_rules_pdf"),
    path("retractation/", views.withdrawal, name="withdrawal_right"),
    path(
        "retractation/avis.pdf",
        views.pdf,
        {"kind": NoticeKind.WITHDRAWAL_NOTICE},
        "withdrawal_notice_pdf",
    ),
    path(
        "retractation/formulaire.pdf",
        views.pdf,
        {"kind": NoticeKind.WITHDRAWAL_FORM},
        "withdrawal_form_pdf",
    ),
    *[
        pattern
        for slug, kind in ARCHIVED.items()
        for pattern in (
            path(f"{slug}/versions/", versions, {"kind": kind}, f"{kind}_versions"),
            path(f"{slug}/versions/<int:number>/", old_version, {"kind": kind}, f"{kind}_version"),
        )
    ],
    path(
        "reglement-interieur/versions/<int:number>.pdf",
        views.pdf,
        {"kind": NoticeKind.HOUSE_RULES},
        "house_rules_version_pdf",
    ),
]
