from datetime import timedelta

from django.contrib.auth.models import Permission
from django.utils import timezone

from documents.issued import issue
from documents.rendering import Rendered
from documents.sealing import is_specimen
from legal.terms.actions import approve_terms, draft_terms, submit_terms
from legal.terms.models import KIND
from legal.terms.pdf import terms_context
from legal.terms.rules import Audience
from legal.terms.text import Article, Part, Terms
from tests.factories.users import UserFactory

SENTENCE = "<p>Les prix sont hors taxes.</p>"


def terms_text(*texts, introduction="<p>Ces conditions s’appliquent.</p>"):
    """Two titles: an introduction, then one article of title II for each text."""
    articles = [Article(f"2.{n}", f"Article {n}", text) for n, text in enumerate(texts, 1)]
    return Terms(
        (
            Part("I", "Application", introduction, ()),
            Part("II", "Prix", "", tuple(articles or [Article("2.1", "Prix", SENTENCE)])),
        )
    )


def allowed(*codenames, **fields):
    user = UserFactory(**fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def author():
    return allowed("add_termsversion", "change_termsversion", "view_termsversion")


def approver():
    return allowed("approve_termsversion", "change_termsversion", "view_termsversion")


def draft(text=None, audience=Audience.BOTH, **fields):
    return draft_terms(user=author(), text=text or terms_text(), audience=audience, **fields)


def submitted(*args, **fields):
    version = draft(*args, **fields)
    return submit_terms(version=version, user=version.drafted_by)


def approved(*args, starts_in=0, now=None, **fields):
    """Approved by a second person, in force ``starts_in`` days after ``now``'s Paris day."""
    now = now or timezone.now()
    start = timezone.localdate(now) + timedelta(days=starts_in)
    version = submitted(*args, **fields)
    return approve_terms(version=version, user=approver(), in_force_from=start, now=now)


def with_pdf(version, content=b"%PDF-1.7 essai"):
    """Gives a version a document without laying it out."""
    issue(
        kind=KIND, number=version.number, title="CGV", file_name="cgv.pdf", owner=version,
        rendered=Rendered(content, 1, "", specimen=is_specimen()), template_version="1",
        context=terms_context(version),
    )  # fmt: skip
    return version
