from django.urls import path

from shop.withdrawal import views

urlpatterns = [
    path("renoncer/", views.withdraw, name="withdrawal"),
    path("renoncer/recu/<str:receipt>/", views.receipt, name="withdrawal_receipt"),
]
