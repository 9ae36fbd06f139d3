from django.urls import path

from shop.funding import views

urlpatterns = [
    path("proposition/<str:token>/opco/", views.funding_page, name="proposal_funding"),
]
