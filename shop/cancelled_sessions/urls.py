from django.urls import path

from shop.cancelled_sessions import views

urlpatterns = [path("session-annulee/<str:token>/", views.session_offer, name="session_offer")]
