from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils import timezone

from courses.sessions.models import CourseSession

FEED_LENGTH = 30


class SessionFeed(Feed[CourseSession, None]):
    """RSS of the sessions most recently opened."""

    title = "LEXOM – nouvelles sessions de formation"
    link = "/formations/"
    description = "Les dernières sessions ouvertes aux inscriptions."
    language = "fr"

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object):  # type: ignore[no-untyped-def]  # as in Django
        self.request = request
        return super().__call__(request, *args, **kwargs)

    def items(self, obj: None) -> list[CourseSession]:
        sessions = CourseSession.objects.upcoming(timezone.localdate()).filter(course__live=True)
        return list(
            sessions.select_related("course", "venue").order_by("-created_at")[:FEED_LENGTH]
        )

    def item_title(self, item: CourseSession) -> str:
        return f"{item.course.title} – {item.dates}, {item.place}"

    def item_description(self, item: CourseSession) -> str:
        return item.course.summary

    def item_link(self, item: CourseSession) -> str:
        return f"{item.course.get_full_url(self.request)}#session-{item.pk}"

    def item_guid(self, item: CourseSession) -> str:
        return f"session-{item.pk}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: CourseSession) -> datetime:
        return item.created_at
