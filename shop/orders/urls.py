from django.urls import path

from shop.orders import views

urlpatterns = [
    path("commande/<int:session_id>/", views.start, name="order_start"),
    path("commande/<int:session_id>/<str:token>/", views.buyer, name="order_buyer"),
    path("commande/<int:session_id>/<str:token>/recapitulatif/", views.recap, name="order_recap"),
    path(
        "commande/<int:session_id>/<str:token>/contrat/",
        views.draft_contract,
        name="order_contract",
    ),
    path(
        "commande/<int:session_id>/<str:token>/contrat.pdf",
        views.draft_contract_pdf,
        name="order_contract_pdf",
    ),
    path("commande/suivi/<str:token>/", views.order_page, name="order"),
    path(
        "commande/suivi/<str:token>/documents/<int:pk>/",
        views.order_document,
        name="order_document",
    ),
]
