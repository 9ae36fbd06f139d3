"""Documents issued once: the bytes are stored with their hash and served as stored, for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone

from base.append_only import AppendOnly
from base.private_files import keep, read
from documents.rendering import Rendered, render
from documents.sealing import is_specimen


class IssuedDocument(AppendOnly):
    """``context`` is everything the document prints, frozen; ``owner`` the row it was issued for."""

    kind = models.CharField("nature", max_length=40)
    number = models.CharField("numéro", max_length=40, blank=True)
    title = models.CharField("titre", max_length=200)
    file_name = models.CharField("nom du fichier", max_length=120)
    owner_type = models.CharField("objet", max_length=80)
    owner_id = models.CharField("identifiant de l’objet", max_length=40)
    sha256 = models.CharField("empreinte du fichier", max_length=64, db_index=True)
    pages = models.PositiveIntegerField("pages")
    template_version = models.CharField("version du modèle", max_length=64)
    terms_number = models.CharField("version des CGV", max_length=20, blank=True)
    context = models.JSONField("contenu", default=dict, encoder=DjangoJSONEncoder)
    variant = models.CharField("format", max_length=20, default="pdf/a-3a")
    sealed_at = models.DateTimeField("scellé le", null=True, blank=True)
    specimen = models.BooleanField("spécimen", default=False)
    predecessor = models.ForeignKey(
        "self", verbose_name="remplace", null=True, blank=True, on_delete=models.PROTECT
    )
    issued_at = models.DateTimeField("émis le")

    class Meta:
        verbose_name = "document émis"
        verbose_name_plural = "documents émis"
        ordering: ClassVar = ["-issued_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "number"],
                condition=~models.Q(number=""),
                name="document_number_is_used_once",
            ),
            models.CheckConstraint(condition=~models.Q(sha256=""), name="document_has_hash"),
        ]
        indexes: ClassVar = [models.Index(fields=["owner_type", "owner_id"])]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

    def content(self) -> bytes:
        """The bytes as issued. Raises FileMissing or FileAltered (``base.private_files``)."""
        return read(self.sha256)


class SpecimenUnmarked(Exception):
    """A development key is in force, and the document does not say « SPÉCIMEN »."""


def render_to_issue(html: str, *, stylesheet: str, **options: Any) -> Rendered:
    """``documents.rendering.render``, marked « SPÉCIMEN » while a development key is in force."""
    return render(html, stylesheet=stylesheet, specimen=is_specimen(), **options)


@transaction.atomic
def issue(
    *,
    kind: str,
    title: str,
    file_name: str,
    owner: models.Model,
    rendered: Rendered,
    template_version: str,
    context: dict[str, Any],
    number: str = "",
    terms_number: str = "",
    variant: str = "pdf/a-3a",
    sealed_at: datetime | None = None,
    predecessor: IssuedDocument | None = None,
    now: datetime | None = None,
) -> IssuedDocument:
    """Stores the bytes, then the row that proves them; a failure of the first leaves no row.

    Raises OSError (full disk), IntegrityError (number already used for this kind), and
    SpecimenUnmarked unless it comes from ``render_to_issue`` or is marked the same way.
    """
    if is_specimen() and not rendered.specimen:
        raise SpecimenUnmarked(f"Le document « {title} » n’est pas marqué « SPÉCIMEN ».")
    digest = keep(rendered.content)
    return IssuedDocument.append(
        kind=kind,
        number=number,
        title=title,
        file_name=file_name,
        owner_type=owner._meta.label_lower,
        owner_id=str(owner.pk),
        sha256=digest,
        pages=rendered.pages,
        template_version=template_version,
        terms_number=terms_number,
        context=context,
        variant=variant,
        sealed_at=sealed_at,
        specimen=rendered.specimen,
        predecessor=predecessor,
        issued_at=now or timezone.now(),
    )


def documents_of(owner: models.Model) -> models.QuerySet[IssuedDocument]:
    found: models.QuerySet[IssuedDocument] = IssuedDocument.objects.filter(
        owner_type=owner._meta.label_lower, owner_id=str(owner.pk)
    )
    return found
