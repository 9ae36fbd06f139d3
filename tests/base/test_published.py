from django.http import Http404

from wagtail.models import Site

import pytest

from base.published import site_of


@pytest.mark.django_db(transaction=True)
def test_home_page_that_one_request_changed_is_whole_for_the_next(rf, home):
    site_of(rf.get("/")).root_page.title = "Brouillon"

    found = site_of(rf.get("/"))

    assert (found.root_page.specific, found.root_page.title) == (home, home.title)


def test_site_is_the_one_that_wagtail_finds(rf, home):
    request = rf.get("/")

    assert site_of(request) is Site.find_for_request(request)


def test_without_a_site_nothing_is_found(rf, db):
    Site.objects.all().delete()

    with pytest.raises(Http404):
        site_of(rf.get("/"))
