from django.urls import path

from shop.account import company_views, views
from shop.account.door import DoorView

urlpatterns = [
    path("", views.home, name="space_home"),
    path("connexion/", DoorView.as_view(), name="space_sign_in"),
    path("documents.zip", views.archive, name="space_archive"),
    path("propositions/<int:pk>/", views.proposal_page, name="space_proposal"),
    path(
        "propositions/<int:pk>/documents.zip", views.proposal_archive, name="space_proposal_archive"
    ),
    path("propositions/<int:pk>/documents/<int:paper_pk>/", views.paper, name="space_paper"),
    path("entreprises/<int:pk>/", company_views.company_page, name="space_company"),
    path("entreprises/<int:pk>/inviter/", company_views.invitation_form, name="space_invite"),
    path(
        "entreprises/<int:pk>/membres/<int:membership_pk>/retirer/",
        company_views.revocation,
        name="space_revoke",
    ),
    path("invitation/<str:token>/", company_views.invitation, name="space_invitation"),
    path("profil/", views.profile, name="space_profile"),
    path("profil/deconnexion/", views.leave_everywhere, name="space_leave_everywhere"),
]
