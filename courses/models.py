from courses.catalogue.models import CatalogueIndexPage, CategoryPage, CoursePage
from courses.catalogue.sheet_store import CourseSheet
from courses.sessions.models import CourseSession, HalfDay, Trainer, Venue
from courses.sessions.waiting.models import WaitingEntry

__all__ = [
    "CatalogueIndexPage",
    "CategoryPage",
    "CoursePage",
    "CourseSession",
    "CourseSheet",
    "HalfDay",
    "Trainer",
    "Venue",
    "WaitingEntry",
]
