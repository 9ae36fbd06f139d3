from django.urls import path

from shop.complaints import views

urlpatterns = [
    path("reclamation/", views.complain, name="complain"),
    path("reclamation/recue/<str:receipt>/", views.receipt, name="complaint_receipt"),
    path("reclamation/suivi/<str:token>/", views.complaint_page, name="complaint"),
    path("reclamation/suivi/<str:token>/avis.pdf", views.notice_pdf, name="complaint_notice"),
]
