from django.urls import path

from shop.proposals.signing import forwarding_views, views

urlpatterns = [
    path("signer/", views.start, name="proposal_sign"),
    path("signer/<str:key>/", views.signing_page, name="proposal_signing"),
    path("transmettre/", forwarding_views.forward, name="proposal_forward"),
    path("proposition-signee.pdf", views.signed_pdf, name="proposal_signed_pdf"),
    path("preuve.pdf", views.proof_pdf, name="proposal_proof"),
]
