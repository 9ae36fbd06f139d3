from courses.catalogue.models import CatalogueIndexPage, CategoryPage, CoursePage
from courses.catalogue.sheet_store import CourseSheet
from courses.sessions.models import CourseSession, HalfDay, Trainer, Venue

__all__ = [
    "CatalogueIndexPage",
    "CategoryPage",
    "CoursePage",
    "CourseSession",
    "CourseSheet",
    "HalfDay",
    "Trainer",
    "Venue",
]
