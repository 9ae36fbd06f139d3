from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from wagtail.fields import StreamField
from wagtail.models import PreviewableMixin, RevisionMixin

from base.append_only import AppendOnly, Immutable
from documents.issued import IssuedDocument
from legal.rates.rules import RateRule
from legal.terms.blocks import TermsBlock, read_terms
from legal.terms.rules import Audience, Period, Scope, State, number_key, state
from legal.terms.text import Terms, numbering_faults

KIND = "terms"
# What may still move once a version is approved: it is replaced, or revoked before its day.
# The last revision is Wagtail's own pointer; the text of the row itself is what counts.
CHANGING_FIELDS = (
    "in_force_until", "revoked_by", "revoked_at", "revocation_reason", "latest_revision",
)  # fmt: skip


class TermsQuerySet(models.QuerySet["TermsVersion"]):
    def update(self, **fields: Any) -> int:
        if set(fields) - set(CHANGING_FIELDS) and self.filter(approved_at__isnull=False).exists():
            raise Immutable("version approuvée")
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.filter(approved_at__isnull=False).exists():
            raise Immutable("version approuvée")
        return super().delete()

    def approved(self) -> TermsQuerySet:
        """Approved and not revoked, whatever their dates."""
        return self.filter(approved_at__isnull=False, revoked_at__isnull=True)

    def public(self, today: date) -> TermsQuerySet:
        """Every version that is or was in force: readable for ever."""
        return self.approved().filter(in_force_from__lte=today)

    def for_audience(self, audience: Audience) -> TermsQuerySet:
        return self.filter(audience__in=[audience.value, Audience.BOTH.value])

    def editable(self) -> TermsQuerySet:
        return self.filter(submitted_at__isnull=True)


class TermsVersion(PreviewableMixin, RevisionMixin, models.Model):
    """One version of the terms of sale, frozen by its approval.

    ``in_force_from`` and ``in_force_until`` are Paris dates, both included; without an end the
    version holds until another one replaces it. States are computed, see ``state_on``.
    """

    number = models.CharField("numéro", max_length=12, unique=True, editable=False)
    audience = models.CharField(
        "s’adresse aux",
        max_length=10,
        choices=[(audience.value, audience.label) for audience in Audience],
        default=Audience.BOTH.value,
        help_text="Une même personne n’a jamais deux versions en vigueur le même jour.",
    )
    content = StreamField(
        TermsBlock(),
        verbose_name="texte",
        blank=True,
        help_text="Des titres (I, II…) qui contiennent des articles numérotés (1.1, 1.2…).",
    )
    late_rate = models.CharField(
        "taux des pénalités de retard",
        max_length=10,
        choices=[(rule.value, rule.label) for rule in RateRule],
        default=RateRule.LOWER.value,
        help_text="Ce que dit la clause 3.4 de cette version. Tant qu’elle parle du taux « en vigueur "
        "au 1er janvier », gardez le plus bas des deux : une clause ambiguë se lit contre son auteur.",
    )
    changes = models.TextField(
        "résumé des changements",
        blank=True,
        max_length=2000,
        help_text="Affiché aux visiteurs dans les archives : ce qui change par rapport à la version "
        "précédente, en quelques phrases.",
    )
    in_force_from = models.DateField("en vigueur à partir du", null=True, blank=True)
    in_force_until = models.DateField("en vigueur jusqu’au", null=True, blank=True)

    source_name = models.CharField("fichier d’origine", max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="rédigée par", null=True, blank=True,
        editable=False, on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="soumise par", null=True, blank=True,
        editable=False, on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    submitted_at = models.DateTimeField("soumise le", null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="approuvée par", null=True, blank=True,
        editable=False, on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    approved_at = models.DateTimeField("approuvée le", null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="révoquée par", null=True, blank=True,
        editable=False, on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True, editable=False)
    revocation_reason = models.CharField(
        "motif de la révocation", max_length=300, blank=True, editable=False
    )

    objects: ClassVar[Any] = TermsQuerySet.as_manager()

    class Meta:
        verbose_name = "version des conditions générales"
        verbose_name_plural = "conditions générales"
        ordering: ClassVar = ["-created_at", "-pk"]
        permissions: ClassVar = [("approve_termsversion", "Peut approuver une version des CGV")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(in_force_until__isnull=True)
                | models.Q(in_force_until__gte=models.F("in_force_from")),
                name="terms_end_after_start",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True)
                | models.Q(
                    approved_by__isnull=False,
                    submitted_at__isnull=False,
                    in_force_from__isnull=False,
                ),
                name="terms_approval_is_complete",
            ),
            models.CheckConstraint(
                condition=models.Q(drafted_by__isnull=True)
                | models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("drafted_by")),
                name="terms_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True)
                | models.Q(approved_at__isnull=False, revoked_by__isnull=False),
                name="terms_revoked_after_approval",
            ),
            *(
                models.UniqueConstraint(
                    fields=["in_force_from"],
                    condition=models.Q(
                        approved_at__isnull=False,
                        revoked_at__isnull=True,
                        audience__in=[audience.value, Audience.BOTH.value],
                    ),
                    name=f"terms_start_once_for_{audience.value}",
                )
                for audience in (Audience.CONSUMER, Audience.COMPANY)
            ),
        ]

    def __str__(self) -> str:
        return f"CGV {self.number}" if self.number else "Nouvelle version des CGV"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._is_frozen():
            named = kwargs.get("update_fields") or ()
            if not named or set(named) - set(CHANGING_FIELDS):
                raise Immutable(str(self))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("terms_version", args=[self.number])

    def clean(self) -> None:
        super().clean()
        faults = numbering_faults(self.text)
        if faults:
            raise ValidationError({"content": faults})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self._is_frozen():
            raise Immutable(str(self))
        return super().delete(*args, **kwargs)

    def _is_frozen(self) -> bool:
        """As the database knows it: an old copy in memory may not know of the approval."""
        stored = TermsVersion.objects.filter(pk=self.pk, approved_at__isnull=False)
        return self.pk is not None and bool(stored.exists())

    @property
    def pdf_url(self) -> str:
        return reverse("terms_pdf", args=[self.number])

    @property
    def for_whom(self) -> Audience:
        return Audience(self.audience)

    @property
    def text(self) -> Terms:
        """The text as it is, with the gaps of a draft."""
        return read_terms(self.content)

    @property
    def period(self) -> Period | None:
        return Period(self.in_force_from, self.in_force_until) if self.in_force_from else None

    @property
    def scope(self) -> Scope | None:
        return Scope(self.number, self.for_whom, self.period) if self.period else None

    @property
    def number_key(self) -> tuple[int, int]:
        return number_key(self.number)

    @property
    def is_editable(self) -> bool:
        return self.submitted_at is None

    @property
    def pdf(self) -> IssuedDocument | None:
        return IssuedDocument.objects.filter(kind=KIND, number=self.number).first()

    def state_on(self, today: date) -> State:
        return state(
            submitted=self.submitted_at is not None,
            approved=self.approved_at is not None,
            revoked=self.revoked_at is not None,
            period=self.period,
            today=today,
        )

    @property
    def state(self) -> State:
        return self.state_on(timezone.localdate())

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        return [("", "Page du site"), ("pdf", "Document PDF")]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        from legal.terms.previews import preview  # its templates and renderer need the models

        return preview(request, self, as_pdf=mode_name == "pdf")


class Acceptance(AppendOnly):
    """Proof that somebody accepted a version (C. civ. art. 1119, law.md E-05).

    ``owner_type`` and ``owner_id`` name the order or proposal; ``boxes`` holds the exact wording
    of each box with its answer; ``pdf_sha256`` is the document that was shown.
    """

    version = models.ForeignKey(
        TermsVersion, verbose_name="version", on_delete=models.PROTECT, related_name="acceptances"
    )
    owner_type = models.CharField("objet", max_length=80)
    owner_id = models.CharField("identifiant de l’objet", max_length=40)
    name = models.CharField("nom", max_length=200)
    email = models.EmailField("adresse e-mail")
    boxes = models.JSONField("cases")
    accepted_at = models.DateTimeField("acceptée le")
    ip = models.GenericIPAddressField("adresse IP", null=True, blank=True)
    user_agent = models.CharField("navigateur", max_length=500, blank=True)
    pdf_sha256 = models.CharField("empreinte du document", max_length=64)

    class Meta:
        verbose_name = "acceptation des conditions générales"
        verbose_name_plural = "acceptations des conditions générales"
        ordering: ClassVar = ["-accepted_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["owner_type", "owner_id"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(pdf_sha256=""), name="acceptance_names_a_document"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.version}"
