from django.urls import path

from shop.proposals.paper import views

urlpatterns = [
    path("retour/", views.send_back, name="proposal_return"),
]
