"""Somebody who is signing, and the signature itself, which is a proof."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from base.append_only import AppendOnly
from documents.issued import IssuedDocument
from shop.orders.rules import new_token
from shop.proposals.models import Proposal
from shop.proposals.signing.rules import Channel, is_alive, is_confirmed, proof_number

SIGNED_KIND, PROOF_KIND = "signed_proposal", "signature_proof"


class Signatory(models.Model):
    """Who binds the company; it may be somebody else than the person who asked."""

    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    function = models.CharField("fonction", max_length=80)
    email = models.EmailField("adresse e-mail", blank=True)

    class Meta:
        abstract = True

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Signing(Signatory):
    """What a signatory has done so far: the address of the page carries the token, no cookie does.

    Only a salted hash of the code is kept. ``wrong_tries`` count for every signing of the same
    proposal at the same address: beginning again gives no more of them.
    """

    token = models.CharField("jeton", max_length=64, unique=True, default=new_token)
    proposal = models.ForeignKey(
        Proposal, verbose_name="proposition", on_delete=models.PROTECT, related_name="signings"
    )
    authority = models.CharField("déclaration", max_length=250)
    ip = models.GenericIPAddressField("adresse IP", null=True)
    user_agent = models.CharField("navigateur", max_length=500, blank=True)
    begun_at = models.DateTimeField("commencée le")
    code_hash = models.CharField("empreinte du code", max_length=200, blank=True)
    codes_sent = models.PositiveSmallIntegerField("codes envoyés", default=0)
    code_sent_at = models.DateTimeField("code envoyé le", null=True)
    wrong_tries = models.PositiveSmallIntegerField("codes faux", default=0)
    latest_wrong_at = models.DateTimeField("dernier code faux", null=True)
    confirmed_at = models.DateTimeField("adresse vérifiée le", null=True)
    finished_at = models.DateTimeField("signée le", null=True)

    class Meta:
        verbose_name = "signature commencée"
        verbose_name_plural = "signatures commencées"
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["proposal", "begun_at"])]

    def __str__(self) -> str:
        return f"{self.full_name} – {self.proposal}"

    def has_live_code(self, now: datetime) -> bool:
        return is_alive(self.code_sent_at, now)

    def is_confirmed(self, now: datetime) -> bool:
        return is_confirmed(self.confirmed_at, now)


class ProposalSignature(AppendOnly, Signatory):
    """The one signature of a proposal (law.md S-03).

    ``signed_at`` is the instant of the click, or of the reception of the paper; ``statements`` are
    the boxes and sentences as they were shown; ``document_sha256`` what was signed, as issued.
    """

    proposal = models.OneToOneField(
        Proposal, verbose_name="proposition", on_delete=models.PROTECT, related_name="signature"
    )
    channel = models.CharField(
        "voie", max_length=10, choices=[(channel.value, channel.label) for channel in Channel]
    )
    authority = models.CharField("déclaration", max_length=250, blank=True)
    statements = models.JSONField("textes acceptés", default=list)
    mention = models.CharField("mention saisie", max_length=60)
    terms_version = models.ForeignKey(
        "legal.TermsVersion",
        verbose_name="version des CGV",
        on_delete=models.PROTECT,
        related_name="+",
    )
    terms_sha256 = models.CharField("empreinte des CGV", max_length=64)
    document_sha256 = models.CharField("empreinte de la proposition", max_length=64)
    ip = models.GenericIPAddressField("adresse IP", null=True)
    user_agent = models.CharField("navigateur", max_length=500, blank=True)
    code_proof = models.JSONField("preuve du code", default=dict, encoder=DjangoJSONEncoder)
    checks = models.JSONField("contrôles du papier", default=dict, encoder=DjangoJSONEncoder)
    paper_date = models.DateField("date portée sur le papier", null=True)
    signed_at = models.DateTimeField("signée le")
    recorded_at = models.DateTimeField("enregistrée le")
    recorded_by = models.CharField("enregistrée par", max_length=200, blank=True)

    class Meta:
        verbose_name = "signature de proposition"
        verbose_name_plural = "signatures de propositions"
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(channel__in=[channel.value for channel in Channel]),
                name="proposal_signature_channel_known",
            ),
            models.CheckConstraint(
                condition=~Q(document_sha256="") & ~Q(terms_sha256=""),
                name="proposal_signature_names_its_files",
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.PAPER.value)
                | (~Q(email="") & ~Q(mention="") & ~Q(authority="")),
                name="proposal_signature_online_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} – {self.full_name}"

    @property
    def number(self) -> str:
        return proof_number(self.proposal.document_number)

    @property
    def is_online(self) -> bool:
        return self.channel == Channel.ONLINE

    @property
    def signed_document(self) -> IssuedDocument | None:
        """The issued bytes, signed; a paper has none."""
        return self._document(SIGNED_KIND)

    @property
    def proof(self) -> IssuedDocument | None:
        return self._document(PROOF_KIND)

    def _document(self, kind: str) -> IssuedDocument | None:
        found: IssuedDocument | None = IssuedDocument.objects.filter(
            kind=kind, number=self.number
        ).first()
        return found
