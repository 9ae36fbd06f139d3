from django.contrib.auth.models import Group
from django.core.management import call_command

from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Site, Workflow

import pytest

from courses.models import CatalogueIndexPage
from legal.models import HalfYearRate, Notice
from pages.models import ContactPage, HomePage
from users.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def installed():
    call_command("setup_site", verbosity=0)


def snapshot():
    return {
        "pages": list(Page.objects.values_list("path", "slug").order_by("path")),
        "groups": {
            group.name: sorted(group.permissions.values_list("codename", flat=True))
            for group in Group.objects.all()
        },
        "page permissions": GroupPagePermission.objects.count(),
        "workflows": Workflow.objects.count(),
        "tasks": GroupApprovalTask.objects.count(),
        "sites": Site.objects.count(),
        "rates": list(HalfYearRate.objects.values()),
        "legal texts": Notice.objects.count(),
    }


def test_setup_site_makes_home_catalogue_and_contact(installed):
    home = HomePage.objects.get()

    assert Site.objects.get().root_page_id == home.pk
    assert CatalogueIndexPage.objects.get().get_parent().pk == home.pk
    assert ContactPage.objects.get().get_parent().pk == home.pk


def test_setup_site_again_changes_nothing(installed):
    before = snapshot()

    call_command("setup_site", verbosity=0)

    assert snapshot() == before


def test_setup_site_restores_the_permissions_of_a_role(installed):
    group = Group.objects.get(name=Role.EDITING)
    group.permissions.clear()
    GroupPagePermission.objects.filter(group=group).delete()

    call_command("setup_site", verbosity=0)

    assert group.permissions.filter(codename="access_admin").exists()
    assert GroupPagePermission.objects.filter(group=group).count() == 2


def test_only_publication_publishes(installed):
    publishers = GroupPagePermission.objects.filter(permission__codename="publish_page")

    assert [row.group.name for row in publishers] == [Role.PUBLISHING]


def test_default_groups_of_the_editor_are_gone(installed):
    assert sorted(Group.objects.values_list("name", flat=True)) == sorted(Role)


def test_setup_site_writes_no_text_in_the_name_of_the_company(installed):
    assert Notice.objects.count() == 0
