from django.urls import URLResolver, get_resolver, reverse

import pytest
from allauth import urls as allauth_urls

from users import urls


def names(patterns):
    """Names of every page below, whatever their depth."""
    found = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= names(pattern.url_patterns)
        elif pattern.name:
            found.add(pattern.name)
    return found


def test_every_page_that_allauth_calls_has_an_address():
    assert names(allauth_urls.urlpatterns) - names(urls.urlpatterns) == set()


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("account", "/compte/"),
        ("account_login", "/compte/connexion/"),
        ("account_signup", "/compte/inscription/"),
        ("mfa_index", "/compte/second-facteur/"),
    ],
)
def test_addresses_are_french(name, address):
    assert reverse(name) == address


def test_site_uses_these_addresses():
    assert names(urls.urlpatterns) <= names(get_resolver().url_patterns)
