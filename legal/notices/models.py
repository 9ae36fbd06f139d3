from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.functional import cached_property

from wagtail.fields import StreamField

from base.append_only import Immutable, freeze_rows
from legal.notices.blocks import NoticeBody
from legal.notices.rules import FilledNotice, NoticeKind, NoticeState, last_days

PUBLISHED = NoticeState.PUBLISHED.value


class NoticeQuerySet(models.QuerySet["Notice"]):
    def published(self) -> NoticeQuerySet:
        return self.filter(state=PUBLISHED)

    def of_kind(self, kind: NoticeKind) -> NoticeQuerySet:
        return self.filter(kind=kind.value)

    def in_force(self, on: date) -> NoticeQuerySet:
        """Of each kind, the published version that began last on or before ``on``, a Paris date."""
        begun = self.published().filter(valid_from__lte=on)
        later = Notice.objects.published().filter(
            kind=models.OuterRef("kind"),
            valid_from__lte=on,
            valid_from__gt=models.OuterRef("valid_from"),
        )
        return begun.exclude(models.Exists(later))

    def with_next_start(self) -> NoticeQuerySet:
        """Each version with the first day of the published one that follows it, if any."""
        following = Notice.objects.published().filter(
            kind=models.OuterRef("kind"), valid_from__gt=models.OuterRef("valid_from")
        )
        starts = following.order_by("valid_from").values("valid_from")[:1]
        return self.annotate(next_start=models.Subquery(starts))

    def update(self, **fields: Any) -> int:
        self._refuse_published()
        return super().update(**fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_published()
        return super().delete()

    def _refuse_published(self) -> None:
        if self.published().exists():
            raise Immutable


class Notice(models.Model):
    """A version of a legal text. ``html`` and ``text`` are the words as published, facts filled in."""

    kind = models.CharField(
        "texte", max_length=40, choices=[(kind.value, kind.label) for kind in NoticeKind]
    )
    valid_from = models.DateField(
        "en vigueur à partir du",
        help_text="Le texte remplace le précédent ce jour-là à 0 h, heure de Paris.",
    )
    body = StreamField(
        NoticeBody(),
        verbose_name="contenu",
        blank=True,
        help_text="Laisser vide pour partir du texte que la loi impose (rétractation). Les mots entre "
        "accolades, comme {telephone}, sont remplacés par les informations des réglages.",
    )
    state = models.CharField(
        "état",
        max_length=10,
        choices=[(state.value, state.label) for state in NoticeState],
        default=NoticeState.DRAFT.value,
        editable=False,
    )
    number = models.PositiveIntegerField("version", null=True, editable=False)
    html = models.TextField("texte publié (HTML)", blank=True, editable=False)
    text = models.TextField("texte publié", blank=True, editable=False)
    sha256 = models.CharField("empreinte du texte", max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField("publié le", null=True, editable=False)

    objects: ClassVar = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "texte daté"
        verbose_name_plural = "textes datés"
        ordering: ClassVar = ["kind", "-valid_from"]
        permissions: ClassVar = [("publish_notice", "Peut publier un texte juridique")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="notice_number_is_used_once"),
            models.UniqueConstraint(
                fields=["kind", "valid_from"],
                condition=models.Q(state=PUBLISHED),
                name="one_notice_begins_on_a_day",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(state=NoticeState.DRAFT.value),
                name="one_draft_per_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=NoticeState.DRAFT.value,
                    number__isnull=True,
                    published_at__isnull=True,
                    sha256="",
                )
                | (
                    models.Q(state=PUBLISHED, number__isnull=False, published_at__isnull=False)
                    & ~models.Q(sha256="")
                    & ~models.Q(text="")
                ),
                name="published_notice_is_whole",
            ),
        ]

    def __str__(self) -> str:
        version = f"version {self.number}" if self.number else "brouillon"
        return f"{self.notice_kind.label} – {version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_published()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_published()
        return super().delete(*args, **kwargs)

    @property
    def notice_kind(self) -> NoticeKind:
        return NoticeKind(self.kind)

    @property
    def is_published(self) -> bool:
        return self.state == PUBLISHED

    @cached_property
    def valid_to(self) -> date | None:
        """The last day, a Paris date: the eve of the next version; none while no version follows."""
        if not hasattr(self, "next_start"):
            return Notice.objects.with_next_start().get(pk=self.pk).valid_to
        starts = filter(None, (self.valid_from, self.next_start))
        return last_days(list(starts))[0]

    @property
    def filled(self) -> FilledNotice:
        """The published words, as they were and stay."""
        return FilledNotice(
            kind=self.notice_kind,
            number=self.number or 0,
            text=self.text,
            html=self.html,
            sha256=self.sha256,
            valid_from=self.valid_from,
            notice_id=self.pk,
        )

    def _refuse_published(self) -> None:
        if self.pk and Notice.objects.published().filter(pk=self.pk).exists():
            raise Immutable(str(self))


freeze_rows(Notice, when=f"OLD.state = '{PUBLISHED}'")
