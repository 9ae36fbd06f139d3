from django.urls import path

from shop.changes import views

urlpatterns = [
    path("commande/suivi/<str:token>/annuler/", views.cancel_order, name="order_cancel"),
    path("proposition/<str:token>/annuler/", views.cancel_proposal, name="proposal_cancel"),
]
