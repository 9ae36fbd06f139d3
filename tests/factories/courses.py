from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

import factory
import wagtail_factories

from courses.models import CoursePage, CourseSession, Trainer, Venue


def programme(*titles):
    """A one-day programme as StreamField data, one module per title, in the morning."""
    modules = [{"title": title, "points": ["Un point"]} for title in titles]
    return [("half_day", {"day": 1, "moment": "morning", "modules": modules})]


class CoursePageFactory(wagtail_factories.PageFactory):
    """A draft that says nothing; ``complete=True`` fills every fact that a sale needs."""

    title = factory.Sequence(lambda n: f"Formation {n}")
    reference = factory.Sequence(lambda n: f"TST-{n:05d}")

    class Meta:
        model = CoursePage

    class Params:
        complete = factory.Trait(
            summary="Ce que la formation permet de faire.",
            duration_days=Decimal("1.0"),
            duration_hours=Decimal("7.0"),
            objectives=[("objective", "Décrire une démarche")],
            programme=programme("Poser le cadre"),
            prerequisites="Aucun",
            audience="Tout public",
            teaching_methods="Exercices",
            means="Salle équipée",
            evaluation_methods="Questionnaire",
            certificate="Attestation",
            trainer_qualification="Dix ans d’expérience",
            access_terms="Inscription en ligne",
            access_delay="Trois semaines",
            accessibility_statement="Nous consulter",
            group_size_min=3,
            group_size_max=10,
            inter_price_excl_vat=Decimal("990.00"),
            content_updated_on=date(2026, 9, 15),
        )


class VenueFactory(factory.django.DjangoModelFactory):
    name = factory.LazyAttribute(lambda venue: f"Salle de {venue.town}")
    postcode = "07000"
    town = "Privas"

    class Meta:
        model = Venue
        django_get_or_create = ("town",)


class TrainerFactory(factory.django.DjangoModelFactory):
    name = "Équipe pédagogique"
    qualifications = "Diplôme et expérience"

    class Meta:
        model = Trainer


class CourseSessionFactory(factory.django.DjangoModelFactory):
    course = factory.SubFactory(CoursePageFactory)
    starts_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=40))
    ends_on = factory.LazyAttribute(lambda session: session.starts_on)
    venue = factory.SubFactory(VenueFactory)
    capacity = 10
    state = "open"

    class Meta:
        model = CourseSession

    class Params:
        remote = factory.Trait(format="remote", venue=None)
