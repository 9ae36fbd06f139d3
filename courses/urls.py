from django.urls import include, path

from courses.catalogue.sheet_views import course_sheet
from courses.sessions.feeds import SessionFeed
from courses.sessions.views import calendar

urlpatterns = [
    path("<path:folder>programme.pdf", course_sheet, name="course_sheet"),
    path("sessions/<int:pk>.ics", calendar, name="session_calendar"),
    path("sessions/flux.xml", SessionFeed(), name="session_feed"),
    path("", include("courses.sessions.waiting.urls")),
]
