"""The demo's pages, from the TOML files beside this module."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from wagtail.models import Page

from base.models import Brand, Organisation
from base.templatetags.typography import paragraphs
from courses.models import CatalogueIndexPage, CategoryPage, CoursePage
from pages.models import ContactPage, HomePage, StandardPage
from shop.models import AnswerTemplate

COURSE_TEXTS = (
    "title", "slug", "reference", "summary", "prerequisites", "audience", "teaching_methods",
    "means", "evaluation_methods", "certificate", "trainer_qualification", "access_terms",
    "access_delay", "accessibility_statement", "vat_category", "group_size_min", "group_size_max",
    "content_updated_on",
)  # fmt: skip
COURSE_NUMBERS = (
    "duration_days", "duration_hours", "inter_price_excl_vat", "intra_price_excl_vat",
)  # fmt: skip


def publish(parent: Page, page: Page) -> Any:
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def fill_organisation(facts: dict[str, Any], brands: Iterable[dict[str, str]]) -> Organisation:
    organisation = Organisation.current()
    for name, value in facts.items():
        setattr(organisation, name, Decimal(value) if name == "capital" else value)
    organisation.brands = [Brand(**brand) for brand in brands]
    organisation.save()
    return organisation


def fill_home(home: HomePage, data: dict[str, Any]) -> None:
    steps = data["how_it_works"]
    home.hero_title, home.hero_text = data["hero_title"], data["hero_text"]
    home.strengths = [("strength", item) for item in data["strengths"]]
    home.individual_steps = [("step", step) for step in steps["individuals"]]
    home.company_steps = [("step", step) for step in steps["companies"]]
    closing = {"title": data["closing_title"], "text": paragraphs(data["closing_text"])}
    home.body = [("callout", closing)]
    home.save_revision().publish()


def add_answers(templates: Iterable[dict[str, str]]) -> None:
    for row in templates:
        AnswerTemplate.objects.get_or_create(title=row["title"], defaults={"text": row["text"]})


def fill_contact(data: dict[str, str]) -> None:
    page = ContactPage.objects.get()
    page.introduction, page.thank_you_text = data["introduction"], data["thank_you"]
    page.save_revision().publish()


def add_standard_pages(home: HomePage, pages: Iterable[dict[str, Any]]) -> None:
    for data in pages:
        body = [
            block
            for section in data["sections"]
            for block in (("heading", section["heading"]), ("text", paragraphs(section["text"])))
        ]
        introduction = data["introduction"]
        publish(
            home,
            StandardPage(
                title=data["title"],
                slug=data["slug"],
                introduction=introduction,
                body=body,
                show_in_menus=data.get("in_menu", False),
            ),
        )


def add_categories(categories: Iterable[dict[str, str]]) -> dict[str, CategoryPage]:
    index = CatalogueIndexPage.objects.get()
    pages: dict[str, CategoryPage] = {}
    for data in categories:
        page = CategoryPage(
            title=data["name"], slug=data["slug"], introduction=data.get("introduction", "")
        )
        parent = pages[data["parent"]] if "parent" in data else index
        pages[data["name"]] = publish(type(parent).objects.get(pk=parent.pk), page)
    return pages


def add_course(category: CategoryPage, data: dict[str, Any]) -> CoursePage:
    fields = {name: data[name] for name in COURSE_TEXTS if name in data}
    fields |= {name: Decimal(data[name]) for name in COURSE_NUMBERS if name in data}
    course = CoursePage(
        **fields,
        objectives=[("objective", text) for text in data["objectives"]],
        programme=[("half_day", half_day) for half_day in data["programme"]],
        indicators=[("indicator", item) for item in data.get("indicators", [])],
    )
    published: CoursePage = publish(CategoryPage.objects.get(pk=category.pk), course)
    return published
