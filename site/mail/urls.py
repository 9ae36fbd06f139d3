from django.urls import path

from mail import views

urlpatterns = [
    path("courriels/", views.outbox, name="outbox"),
    path("courriels/<int:pk>/", views.outbox_message, name="outbox_message"),
    path("courriels/<int:pk>/contenu/", views.outbox_html, name="outbox_html"),
    path("courriels/<int:pk>/fichier/<str:sha256>/", views.outbox_file, name="outbox_file"),
]
