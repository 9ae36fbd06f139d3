"""Anonymous pages are kept, forgotten when content changes, and never shared when personal."""

import sys
from concurrent.futures import ThreadPoolExecutor

from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

import pytest

from base.models import Organisation
from base.page_cache import GENERATION_KEY, PageCacheMiddleware, forget_pages
from tests.factories.mail import OutgoingMessageFactory
from tests.factories.pages import ContactMessageFactory


class Origin:
    """Counts how often it is asked, and answers with that number."""

    def __init__(self, **headers):
        self.asked = 0
        self.headers = headers

    def __call__(self, request):
        self.asked += 1
        response = HttpResponse(f"page {self.asked}", content_type="text/html; charset=utf-8")
        for name, value in self.headers.items():
            response[name.replace("_", "-")] = value
        return response


@pytest.fixture(autouse=True)
def _cache_on(settings):
    settings.PAGE_CACHE_BYTES = 100_000


@pytest.fixture
def get():
    factory = RequestFactory()

    def get(middleware, path="/", **headers):
        return middleware(factory.get(path, headers=headers))

    return get


def test_second_visitor_gets_the_kept_page(get):
    origin = Origin(Content_Security_Policy="default-src 'none'")
    middleware = PageCacheMiddleware(origin)

    first, second = get(middleware), get(middleware)

    assert (origin.asked, second.content) == (1, b"page 1")
    assert second["Content-Security-Policy"] == "default-src 'none'"
    assert first["ETag"] == second["ETag"]


def test_browser_that_has_the_page_gets_304(get):
    middleware = PageCacheMiddleware(Origin())
    tag = get(middleware)["ETag"]

    response = get(middleware, **{"If-None-Match": tag})

    assert (response.status_code, response.content) == (304, b"")


def test_addresses_and_hosts_are_kept_apart(get):
    origin = Origin()
    middleware = PageCacheMiddleware(origin)

    get(middleware, "/a?page=1")
    get(middleware, "/a?page=2")
    get(middleware, "/a?page=1", Host="localhost")

    assert origin.asked == 3


def test_publication_anywhere_makes_every_process_forget(get):
    origin = Origin()
    first_process, second_process = PageCacheMiddleware(origin), PageCacheMiddleware(origin)
    get(first_process), get(second_process)

    forget_pages()
    get(first_process), get(second_process)

    assert origin.asked == 4


def test_page_rendered_while_content_changed_is_not_kept(get):
    def origin(request):
        forget_pages()
        return HttpResponse("ancienne", content_type="text/html")

    middleware = PageCacheMiddleware(origin)
    get(middleware)
    middleware.get_response = lambda request: HttpResponse("nouvelle", content_type="text/html")

    assert get(middleware).content == b"nouvelle"


@pytest.mark.parametrize(
    "headers", [{"Cookie": "sessionid=abc"}, {"Cookie": "other=1"}, {"Authorization": "Basic x"}]
)
def test_visitor_with_an_identity_neither_fills_nor_reads_the_cache(get, headers):
    origin = Origin()
    middleware = PageCacheMiddleware(origin)
    get(middleware)

    response = get(middleware, **headers)

    assert response.content == b"page 2"
    assert get(middleware).content == b"page 1"


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache_Control": "private"},
        {"Cache_Control": "no-store"},
        {"Vary": "Cookie"},
        {"Content_Type": "application/pdf"},
    ],
)
def test_personal_or_binary_answer_is_never_kept(get, headers):
    origin = Origin(**headers)
    middleware = PageCacheMiddleware(origin)

    get(middleware), get(middleware)

    assert origin.asked == 2


def test_answer_that_sets_a_cookie_is_never_kept(get):
    def origin(request):
        response = HttpResponse("à vous", content_type="text/html")
        response.set_cookie("csrftoken", "secret")
        return response

    middleware = PageCacheMiddleware(origin)
    get(middleware)

    assert get(middleware).cookies["csrftoken"].value == "secret"


@pytest.mark.parametrize("status", [404, 302, 500, 503])
def test_only_successes_are_kept(get, status):
    origin = Origin()
    middleware = PageCacheMiddleware(
        lambda request: origin(request) and HttpResponse(status=status)
    )

    get(middleware), get(middleware)

    assert origin.asked == 2


def test_endless_addresses_do_not_fill_the_memory(get, settings):
    settings.PAGE_CACHE_BYTES = 60
    origin = Origin()
    middleware = PageCacheMiddleware(origin)
    for number in range(50):
        get(middleware, f"/?q={number}")

    get(middleware, "/?q=49")
    get(middleware, "/?q=0")

    assert origin.asked == 51


def test_very_long_address_is_not_kept(get):
    origin = Origin()
    middleware = PageCacheMiddleware(origin)

    get(middleware, "/?q=" + "x" * 400), get(middleware, "/?q=" + "x" * 400)

    assert origin.asked == 2


def test_page_is_not_kept_over_midnight(get, time_machine):
    origin = Origin()
    middleware = PageCacheMiddleware(origin)
    time_machine.move_to("2026-11-23T22:59:00Z", tick=False)
    get(middleware)

    time_machine.move_to("2026-11-23T23:01:00Z", tick=False)
    get(middleware)

    assert (origin.asked, timezone.localdate().day) == (2, 24)


def test_saved_content_changes_the_generation(home, django_capture_on_commit_callbacks):
    cache.set(GENERATION_KEY, "before")

    with django_capture_on_commit_callbacks(execute=True):
        Organisation.current().save()

    assert cache.get(GENERATION_KEY) != "before"


@pytest.mark.parametrize("message", [ContactMessageFactory, OutgoingMessageFactory])
def test_message_does_not_change_the_generation(
    home, contact_page, django_capture_on_commit_callbacks, message
):
    cache.set(GENERATION_KEY, "before")

    with django_capture_on_commit_callbacks(execute=True):
        message()

    assert cache.get(GENERATION_KEY) == "before"


def test_threads_of_one_process_do_not_trip_over_each_other(get, settings):
    settings.PAGE_CACHE_BYTES = 400
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    middleware = PageCacheMiddleware(Origin())

    def visit(number):
        if number % 5 == 0:
            forget_pages()
        return get(middleware, f"/?q={number % 3}").status_code

    try:
        with ThreadPoolExecutor(8) as pool:
            answers = set(pool.map(visit, range(3000)))
    finally:
        sys.setswitchinterval(interval)

    assert answers == {200}


def test_headers_of_the_visitor_count_in_the_memory_used(get, settings):
    settings.PAGE_CACHE_BYTES = 5_000
    origin = Origin()
    middleware = PageCacheMiddleware(origin)

    for _ in range(2):
        for number in range(10):
            get(middleware, **{"X-Forwarded-Proto": f"{number}" * 1_000})

    assert origin.asked == 20


def test_pages_are_served_while_the_shared_cache_is_out_of_order(get, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("disque plein")

    origin = Origin()
    middleware = PageCacheMiddleware(origin)
    monkeypatch.setattr(cache, "set", full)

    assert [get(middleware).content for _ in range(2)] == [b"page 1", b"page 2"]


def test_content_is_saved_even_when_the_pages_cannot_be_forgotten(
    home, monkeypatch, django_capture_on_commit_callbacks
):
    def refused(*args, **kwargs):
        raise OSError("dossier protégé")

    monkeypatch.setattr(cache, "delete", refused)
    organisation = Organisation.current()
    organisation.phone = "04 75 00 00 00"

    with django_capture_on_commit_callbacks(execute=True):
        organisation.save()

    assert Organisation.current().phone == "04 75 00 00 00"
