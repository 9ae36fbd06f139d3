from __future__ import annotations

from typing import ClassVar

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone

from base.private_files import private_storage


class CourseSheet(models.Model):
    """The PDF of a course as last published: rendered by a worker, served as stored."""

    course = models.OneToOneField(
        "courses.CoursePage", on_delete=models.CASCADE, related_name="stored_sheet"
    )
    key = models.CharField("empreinte du contenu", max_length=64)
    sha256 = models.CharField("empreinte du fichier", max_length=64)
    file = models.FileField("fichier", storage=private_storage, upload_to="fiches")
    rendered_at = models.DateTimeField("produite le")

    class Meta:
        verbose_name = "fiche programme"
        verbose_name_plural = "fiches programme"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(sha256=""), name="course_sheet_has_hash")
        ]

    def __str__(self) -> str:
        return f"Fiche programme {self.course}"

    @property
    def has_file(self) -> bool:
        """False when the row survived its file, as after a partial restoration."""
        return bool(self.file) and self.file.storage.exists(str(self.file.name))

    @property
    def file_name(self) -> str:
        return f"LEXOM-{self.course.reference or self.course.slug}.pdf"


def store_sheet(*, course_id: int, key: str, sha256: str, content: bytes) -> CourseSheet:
    """Replaces the stored sheet of a course; the old file goes once the new row is committed."""
    with transaction.atomic():
        existing = CourseSheet.objects.select_for_update().filter(course_id=course_id).first()
        old_name = existing.file.name if existing else None
        sheet = existing or CourseSheet(course_id=course_id)
        sheet.key, sheet.sha256, sheet.rendered_at = key, sha256, timezone.now()
        sheet.file.save(f"{sha256}.pdf", ContentFile(content), save=False)
        sheet.save()
        if old_name and old_name != sheet.file.name:
            transaction.on_commit(lambda: private_storage().delete(old_name))
    return sheet
