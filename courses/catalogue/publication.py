"""When something that a course sheet prints changes, the worker renders the sheet again."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from wagtail.signals import page_published

from base.models import Organisation
from courses.catalogue.course import CoursePage
from courses.catalogue.tasks import render_course_sheet
from courses.sessions.models import CourseSession, Venue


@receiver(page_published, sender=CoursePage)
def render_after_publication(instance: CoursePage, **kwargs: Any) -> None:
    render_course_sheet.enqueue(instance.pk)


@receiver(post_save, sender=Organisation)
@receiver(post_save, sender=Venue)
def render_after_shared_fact_change(**kwargs: Any) -> None:
    """Every sheet prints them; those that do not change cost a comparison."""
    for pk in CoursePage.objects.live().values_list("pk", flat=True):
        render_course_sheet.enqueue(pk)


@receiver([post_save, post_delete], sender=CourseSession)
def render_after_session_change(instance: CourseSession, **kwargs: Any) -> None:
    render_course_sheet.enqueue(instance.course_id)
