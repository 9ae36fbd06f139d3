from django.urls import include, path

from shop.proposals import asking_views, paying_views, views

urlpatterns = [
    path("devis/", asking_views.ask, name="proposal_ask"),
    path("proposition/<str:token>/", views.proposal_page, name="proposal"),
    path("proposition/<str:token>/reglement/", paying_views.payment, name="proposal_payment"),
    path("proposition/<str:token>/proposition.pdf", views.proposal_pdf, name="proposal_pdf"),
    path("proposition/<str:token>/", include("shop.proposals.agreement.urls")),
    path("proposition/<str:token>/", include("shop.proposals.signing.urls")),
    path("proposition/<str:token>/", include("shop.proposals.paper.urls")),
]
