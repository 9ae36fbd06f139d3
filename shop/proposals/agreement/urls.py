from django.urls import path

from shop.proposals.agreement import views

urlpatterns = [
    path("participants/", views.people, name="proposal_people"),
    path("participants/liste/", views.people_list, name="proposal_people_list"),
    path("modification/", views.change, name="proposal_change"),
    path("convention.pdf", views.agreement_pdf, name="proposal_agreement"),
]
