from datetime import timedelta
from decimal import Decimal

from django.core.management import call_command
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

import pytest

from courses.catalogue.listing import COURSES_PER_PAGE, catalogue_listing
from tests.factories.courses import CoursePageFactory, CourseSessionFactory, VenueFactory
from tests.factories.pages import CategoryPageFactory


@pytest.fixture
def category(catalogue):
    return CategoryPageFactory(parent=catalogue, title="Marketing", slug="marketing")


@pytest.fixture
def course(category):
    return CoursePageFactory(parent=category, complete=True, title="Plan marketing")


@pytest.fixture
def listing(home):
    """Titles that a visitor of ``within`` finds with a query string."""

    def listing(within, **parameters):
        request = RequestFactory().get("/formations/", parameters)
        return catalogue_listing(request, within=within)

    return listing


def titles(context):
    return [card.title for card in context["cards"]]


def test_listing_shows_live_courses_in_alphabetical_order(listing, catalogue, category):
    for title in ("Vente", "Accueil"):
        CoursePageFactory(parent=category, title=title)
    CoursePageFactory(parent=category, title="Brouillon", live=False)

    assert titles(listing(catalogue)) == ["Accueil", "Vente"]


def test_card_shows_next_sessions_and_how_many_more(listing, catalogue, course):
    first, second, _ = [
        CourseSessionFactory(course=course, starts_on=timezone.localdate() + timedelta(days=days))
        for days in (30, 60, 90)
    ]

    (card,) = listing(catalogue)["cards"]

    assert [(session.pk, session.dates) for session in card.sessions] == [
        (first.pk, first.dates),
        (second.pk, second.dates),
    ]
    assert (card.more_sessions, card.price.incl_vat) == (1, Decimal("1188.00"))
    assert (card.category, card.url) == ("Marketing", course.url)


def test_category_lists_its_descendants_only(listing, catalogue, category, course):
    other = CategoryPageFactory(parent=catalogue, title="Vente")
    below = CategoryPageFactory(parent=category, title="Marketing digital")
    CoursePageFactory(parent=other, title="Négocier")
    CoursePageFactory(parent=below, title="Référencement")

    assert titles(listing(category)) == ["Plan marketing", "Référencement"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"domaine": "marketing"}, ["Plan marketing"]),
        ({"domaine": "vente"}, ["Négocier"]),
        ({"ville": "Lyon"}, ["Négocier"]),
        ({"modalite": "distance"}, ["Plan marketing"]),
        ({"modalite": "presentiel"}, ["Négocier"]),
        ({"duree": "1"}, ["Plan marketing"]),
        ({"duree": "longue"}, ["Négocier"]),
        ({"prix": "1187.99"}, ["Négocier"]),
        ({"prix": "1188.00"}, ["Négocier", "Plan marketing"]),
        ({"tri": "prix"}, ["Négocier", "Plan marketing"]),
        ({"tri": "date"}, ["Plan marketing", "Négocier"]),
    ],
)
def test_each_filter_selects(listing, catalogue, course, parameters, expected):
    sales = CategoryPageFactory(parent=catalogue, title="Vente", slug="vente")
    negotiate = CoursePageFactory(
        parent=sales, title="Négocier", duration_days=Decimal("3.0"), inter_price_excl_vat=Decimal("500")
    )  # fmt: skip
    soon, later = (timezone.localdate() + timedelta(days=days) for days in (20, 50))
    CourseSessionFactory(course=course, remote=True, starts_on=soon)
    CourseSessionFactory(course=negotiate, venue=VenueFactory(town="Lyon"), starts_on=later)

    assert titles(listing(catalogue, **parameters)) == expected


def test_period_filter_includes_both_ends(listing, catalogue, course):
    day = timezone.localdate() + timedelta(days=20)
    CourseSessionFactory(course=course, starts_on=day)
    before, after = day - timedelta(days=1), day + timedelta(days=1)

    assert titles(listing(catalogue, du=day.isoformat(), au=day.isoformat())) == ["Plan marketing"]
    assert titles(listing(catalogue, du=after.isoformat())) == []
    assert titles(listing(catalogue, au=before.isoformat())) == []


def test_town_and_period_must_hold_for_the_same_session(listing, catalogue, course):
    today = timezone.localdate()
    CourseSessionFactory(
        course=course, venue=VenueFactory(town="Lyon"), starts_on=today + timedelta(days=20)
    )
    CourseSessionFactory(
        course=course, venue=VenueFactory(town="Privas"), starts_on=today + timedelta(days=90)
    )

    found = listing(catalogue, ville="Lyon", du=(today + timedelta(days=60)).isoformat())

    assert titles(found) == []


def test_card_of_a_filtered_list_shows_the_sessions_asked_for(listing, catalogue, course):
    soon, later = (timezone.localdate() + timedelta(days=days) for days in (20, 50))
    CourseSessionFactory(course=course, venue=VenueFactory(town="Privas"), starts_on=soon)
    asked_for = CourseSessionFactory(
        course=course, venue=VenueFactory(town="Lyon"), starts_on=later
    )

    (card,) = listing(catalogue, ville="Lyon")["cards"]

    assert [(session.place, session.pk) for session in card.sessions] == [("Lyon", asked_for.pk)]


@pytest.mark.parametrize(
    "query",
    [
        "stratégie",
        "STRATEGIE",
        "strat",
        "client strategie",
        "MRK-OPE-02",
        "fidélisation",
        "l’analyse",
    ],
)
def test_search_finds_without_accents_case_or_whole_words(listing, catalogue, category, query):
    CoursePageFactory(parent=category, title="Comptabilité")
    CoursePageFactory(
        parent=category,
        title="Intégrer le client à sa stratégie",
        reference="MRK-OPE-02",
        objectives=[("objective", "Conduire l’analyse de la fidélisation")],
    )
    call_command("update_index", verbosity=0)

    assert titles(listing(catalogue, q=query)) == ["Intégrer le client à sa stratégie"]


@pytest.mark.parametrize(
    "query", ["zzzz", "'; DROP TABLE", '"', "<b>", "NOT", "%", "*", "(", "a:b"]
)
def test_search_without_result_or_with_syntax_is_empty_and_harmless(
    listing, catalogue, course, query
):
    call_command("update_index", verbosity=0)

    found = listing(catalogue, q=query)

    assert len(titles(found)) <= 1
    assert found["form"].errors == {}


def test_search_puts_courses_that_name_the_words_in_their_title_first(listing, catalogue, category):
    CoursePageFactory(
        parent=category, title="Accueil", objectives=[("objective", "Décrire un bilan")]
    )
    CoursePageFactory(parent=category, title="Lire un bilan")
    call_command("update_index", verbosity=0)

    assert titles(listing(catalogue, q="bilan")) == ["Lire un bilan", "Accueil"]


def test_search_never_finds_a_draft(listing, catalogue, category):
    CoursePageFactory(parent=category, title="Secret", live=False)
    call_command("update_index", verbosity=0)

    assert titles(listing(catalogue, q="secret")) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("q", "x" * 10_000),
        ("q", "nul\x00"),
        ("domaine", "inconnu"),
        ("ville", "Atlantide"),
        ("modalite", "telepathie"),
        ("duree", "-1"),
        ("prix", "gratuit"),
        ("prix", "1e999"),
        ("prix", "-5"),
        ("du", "2026-02-31"),
        ("au", "demain"),
        ("tri", "DROP"),
    ],
)
def test_filter_that_means_nothing_is_reported_and_ignored(
    listing, catalogue, course, field, value
):
    found = listing(catalogue, **{field: value})

    assert list(found["form"].errors) == [field]
    assert titles(found) == ["Plan marketing"]


def test_period_that_ends_before_it_starts_is_reported(listing, catalogue, course):
    found = listing(catalogue, du="2027-02-01", au="2027-01-01")

    assert found["form"].errors["au"] == [
        "La fin de la période précède son début : elle est ignorée."
    ]


@pytest.mark.parametrize("number", ["0", "2", "-1", "999999999999", "deux", "1.5", "", "²"])
def test_page_number_that_does_not_exist_is_a_404(listing, catalogue, course, number):
    with pytest.raises(Http404):
        listing(catalogue, page=number)


def test_second_page_keeps_the_filters_in_its_links(listing, catalogue, category):
    CoursePageFactory.create_batch(COURSES_PER_PAGE + 1, parent=category)

    second = listing(catalogue, tri="titre", q="", page="2")

    assert len(second["cards"]) == 1
    assert second["query_string"] == "tri=titre"


@pytest.mark.parametrize("count", [3, 20])
def test_listing_costs_the_same_queries_for_any_number_of_courses(
    listing, catalogue, category, count, django_assert_num_queries
):
    for course in CoursePageFactory.create_batch(count, parent=category, complete=True):
        CourseSessionFactory.create_batch(2, course=course)
    catalogue_listing(RequestFactory().get("/"), within=catalogue)  # warms the site cache

    with django_assert_num_queries(8):
        listing(catalogue)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "address", ["/formations/", "/formations/?tri=date", "/formations/?page=2"]
)
def test_listing_reads_only_its_own_page_once_the_rest_is_known(
    client, catalogue, category, address, django_assert_num_queries
):
    for course in CoursePageFactory.create_batch(COURSES_PER_PAGE + 1, parent=category):
        CourseSessionFactory(course=course)
    client.get("/")  # writes the facts of the organisation, which starts a new generation
    before = client.get(address).content

    # The address, the page, the view restrictions; the courses and the sessions of the cards.
    with django_assert_num_queries(5):
        after = client.get(address).content

    assert after == before


@pytest.mark.django_db(transaction=True)
def test_listing_shows_a_course_as_soon_as_it_is_published(client, catalogue, category):
    client.get("/formations/")

    CoursePageFactory(parent=category, title="Nouveauté")

    cards = client.get("/formations/").context["cards"]
    assert [card.title for card in cards] == ["Nouveauté"]
