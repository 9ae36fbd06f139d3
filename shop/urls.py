from django.urls import include, path

urlpatterns = [
    path("", include("shop.payments.urls")),
    path("", include("shop.changes.urls")),
    path("", include("shop.orders.urls")),
    path("", include("shop.funding.urls")),
    path("", include("shop.proposals.urls")),
    path("", include("shop.withdrawal.urls")),
    path("", include("shop.cancelled_sessions.urls")),
    path("", include("shop.complaints.urls")),
    path("espace/", include("shop.account.urls")),
]
