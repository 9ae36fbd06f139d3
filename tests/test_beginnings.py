"""What is made once for many tests is undone where another one begins differently."""

import pytest

from courses.models import CatalogueIndexPage
from pages.models import HomePage
from tests.beginnings import Beginnings

pytestmark = pytest.mark.django_db


def counts():
    return HomePage.objects.count(), CatalogueIndexPage.objects.count()


@pytest.fixture
def made(db):
    """Above this test's own savepoint."""
    made = Beginnings()
    yield made
    made.reach(())


def test_each_is_made_above_the_one_before(made):
    made.reach(("home", "catalogue"))

    assert counts() == (1, 1)
    assert made.read("catalogue").get_parent().pk == made.read("home").pk


def test_what_two_tests_share_stays(made):
    made.reach(("home", "catalogue"))
    home = made.read("home")

    made.reach(("home",))

    assert counts() == (1, 0)
    assert made.read("home") == home
    assert made.read("catalogue") is None


def test_what_the_next_test_does_not_begin_with_is_undone(made):
    made.reach(("home", "catalogue"))

    made.reach(("staff",))

    assert [one.name for one in made.stack] == ["staff"]
    made.reach(())
    assert counts() == (0, 0)


def test_copy_that_a_test_changed_is_not_read_again(made):
    made.reach(("home",))
    made.read("home").title = "Autre"

    assert made.read("home").title == "Accueil"
