from django.http import HttpResponse
from django.template import Context
from django.urls import path

import pytest

from base.templatetags.site_chrome import Link, ancestors_of, legal_places, site_chrome
from tests.factories.pages import StandardPageFactory


def answer(request):
    return HttpResponse()


urlpatterns = [path("renoncer/", answer), path("<path:rest>", answer, name="wagtail_serve")]


@pytest.fixture
def chrome(rf, home):
    """The chrome as a visitor of an address sees it."""

    def build(address="/"):
        return site_chrome(Context({"request": rf.get(address)}))

    return build


def test_menu_has_catalogue_marked_pages_then_contact(chrome, contact_page, catalogue, home):
    StandardPageFactory(parent=home, title="Qui sommes-nous", slug="nous", show_in_menus=True)
    StandardPageFactory(parent=home, title="Archives", slug="archives")

    menu = [link.title for link in chrome().menu]

    assert menu == ["Formations", "Qui sommes-nous", "Contact"]


def test_footer_lists_every_published_page(chrome, home):
    StandardPageFactory(parent=home, title="Archives", slug="archives")
    StandardPageFactory(parent=home, title="Brouillon", slug="brouillon", live=False)

    assert chrome().pages == (Link("Archives", "/archives/"),)


def test_page_kept_for_some_visitors_is_in_no_menu(chrome, home):
    private = StandardPageFactory(parent=home, show_in_menus=True)
    private.view_restrictions.create(restriction_type="login")

    assert (chrome().menu, chrome().pages) == ((), ())


@pytest.mark.parametrize(
    ("address", "current"),
    [("/formations/", "page"), ("/formations/marketing/", "true"), ("/contact/", "")],
)
def test_link_says_whether_it_is_the_current_page(chrome, catalogue, address, current):
    assert chrome(address).menu == (Link("Formations", "/formations/", current),)


def test_address_of_a_page_that_does_not_exist_is_empty(chrome):
    assert (chrome().catalogue_url, chrome().contact_url) == ("", "")


def test_chrome_costs_its_queries_once_per_request(rf, catalogue, django_assert_num_queries):
    context = Context({"request": rf.get("/")})
    site_chrome(Context({"request": rf.get("/")}))

    with django_assert_num_queries(4):
        site_chrome(context)
        site_chrome(context)


def test_legal_page_is_listed_once_a_view_answers_it():
    legal_places.cache_clear()

    assert legal_places(__name__) == (("Renoncer au contrat ici", "/renoncer/"),)


def test_ancestors_lead_from_home_to_the_parent(rf, home):
    parent = StandardPageFactory(parent=home, title="Parent")
    page = StandardPageFactory(parent=parent)

    ancestors = ancestors_of(Context({"request": rf.get("/")}), page)

    assert [ancestor.title for ancestor in ancestors] == ["Accueil", "Parent"]
