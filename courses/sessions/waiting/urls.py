from django.urls import path

from courses.sessions.waiting import views

urlpatterns = [
    path("sessions/<int:pk>/liste-d-attente/", views.join_list, name="waiting_join"),
    path("liste-d-attente/<str:token>/", views.entry, name="waiting_entry"),
]
