from django.urls import path

from shop.payments.card_views import card_change, card_return
from shop.payments.views import payment_bank, payment_recovery, payment_return
from shop.payments.webhooks import stripe_webhook

urlpatterns = [
    path("commande/paiement/retour/<str:token>/", payment_return, name="payment_return"),
    path("commande/paiement/banque/<str:token>/", payment_bank, name="payment_bank"),
    path("commande/paiement/carte/<str:token>/", card_return, name="card_return"),
    path("commande/paiement/changer-de-carte/<str:token>/", card_change, name="card_change"),
    path("commande/paiement/<str:token>/", payment_recovery, name="payment_recovery"),
    path("stripe/webhook/", stripe_webhook, name="stripe_webhook"),
]
