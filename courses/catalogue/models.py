from courses.catalogue.category import CategoryPage
from courses.catalogue.course import CoursePage
from courses.catalogue.index import CatalogueIndexPage

__all__ = ["CatalogueIndexPage", "CategoryPage", "CoursePage"]
