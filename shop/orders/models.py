from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse

from shop.changes.policy import CGV_POLICY, ChangePolicy, from_json
from shop.orders.rules import OrderState, new_reference, new_token


class Person(models.Model):
    """Who signs, and where a letter reaches them."""

    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    email = models.EmailField("adresse e-mail")
    phone = models.CharField("téléphone", max_length=20, blank=True)
    street = models.CharField("adresse", max_length=200)
    postcode = models.CharField("code postal", max_length=10)
    town = models.CharField("ville", max_length=80)
    country = models.CharField("pays", max_length=2, default="FR")

    class Meta:
        abstract = True

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class OrderDraft(models.Model):
    """What a visitor has typed so far: the address of the page carries the token, no cookie does."""

    token = models.CharField("jeton", max_length=64, unique=True, default=new_token)
    session = models.ForeignKey("courses.CourseSession", on_delete=models.CASCADE)
    data = models.JSONField("saisie", default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField("commencée le", auto_now_add=True)

    class Meta:
        verbose_name = "commande commencée"
        verbose_name_plural = "commandes commencées"

    def __str__(self) -> str:
        return f"Commande commencée le {self.created_at:%d/%m/%Y}"


class OrderQuerySet(models.QuerySet["Order"]):
    def active(self) -> OrderQuerySet:
        return self.filter(state=OrderState.ACTIVE.value)


class Order(Person):
    """A consumer's order and training contract; what was sold is copied here (architecture.md 3.6)."""

    reference = models.CharField("référence", max_length=20, unique=True, default=new_reference)
    token = models.CharField("jeton", max_length=64, unique=True, default=new_token)
    state = models.CharField(
        "état",
        max_length=12,
        choices=[(state.value, state.label) for state in OrderState],
        default=OrderState.ACTIVE.value,
    )
    draft = models.OneToOneField(
        OrderDraft, null=True, editable=False, on_delete=models.SET_NULL, related_name="order"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orders",
    )
    trainee_first_name = models.CharField("prénom du stagiaire", max_length=80)
    trainee_last_name = models.CharField("nom du stagiaire", max_length=80)
    trainee_email = models.EmailField("adresse e-mail du stagiaire")
    needs_adjustment = models.BooleanField("demande un aménagement", default=False)

    session = models.ForeignKey(
        "courses.CourseSession",
        verbose_name="session",
        on_delete=models.PROTECT,
        related_name="orders",
    )
    course_title = models.CharField("formation", max_length=255)
    course_reference = models.CharField("référence de la formation", max_length=20)
    starts_on = models.DateField("premier jour")
    ends_on = models.DateField("dernier jour")
    place = models.CharField("lieu", max_length=400)
    hours_by_day = models.JSONField("heures par jour", default=dict)
    snapshot = models.JSONField("contenu vendu", default=dict, encoder=DjangoJSONEncoder)

    price_excl_vat = models.DecimalField("prix HT", max_digits=10, decimal_places=2)
    vat_rate = models.DecimalField("taux de TVA", max_digits=4, decimal_places=3)
    price_incl_vat = models.DecimalField("prix TTC", max_digits=10, decimal_places=2)

    terms_version = models.ForeignKey(
        "legal.TermsVersion",
        verbose_name="version des CGV",
        on_delete=models.PROTECT,
        related_name="+",
    )
    terms_sha256 = models.CharField("empreinte des CGV", max_length=64)

    # Empty for the rules that the published terms have.
    change_policy = models.JSONField(
        "règles d’annulation et de report", default=dict, encoder=DjangoJSONEncoder
    )

    placed_at = models.DateTimeField("commandée le")
    contract_signed_at = models.DateTimeField("contrat accepté le")
    confirmation_accepted_at = models.DateTimeField(
        "confirmation remise au serveur d’e-mail le", null=True, blank=True
    )
    information_given_at = models.DateTimeField(
        "information sur la rétractation donnée le", null=True, blank=True
    )
    early_start_requested = models.BooleanField("début anticipé demandé", default=False)
    # Computed when the clock starts, with the version of the rule that computed them.
    withdrawal_last_day = models.DateField("dernier jour de rétractation", null=True, blank=True)
    first_charge_day = models.DateField("premier jour de prélèvement", null=True, blank=True)
    first_charge_at = models.DateTimeField("premier prélèvement à partir de", null=True, blank=True)
    withdrawal_rule_version = models.CharField("version de la règle", max_length=40, blank=True)
    calendar_version = models.CharField("version du calendrier", max_length=40, blank=True)

    charging_stopped_at = models.DateTimeField("prélèvements suspendus le", null=True, blank=True)
    charging_stopped_reason = models.CharField("motif de suspension", max_length=300, blank=True)
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    end_reason = models.CharField("motif de fin", max_length=300, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = "commande"
        verbose_name_plural = "commandes"
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("resend_order", "Peut renvoyer une confirmation de commande"),
            ("move_order", "Peut déplacer une commande vers une autre session"),
        ]
        ordering: ClassVar = ["-placed_at"]
        indexes: ClassVar = [
            models.Index(fields=["state", "first_charge_at"]),
            models.Index(fields=["email"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OrderState]),
                name="order_state_known",
            ),
            models.CheckConstraint(
                condition=Q(first_charge_at__isnull=True) | Q(withdrawal_last_day__isnull=False),
                name="order_charge_follows_a_period",
            ),
            models.CheckConstraint(condition=~Q(terms_sha256=""), name="order_has_terms_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} – {self.full_name}"

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.token])

    @property
    def payer_name(self) -> str:
        return self.full_name

    @property
    def payment_reference(self) -> str:
        """As a bank and Stripe write it: letters, digits and hyphens."""
        return self.reference

    @property
    def policy(self) -> ChangePolicy:
        """What cancelling or postponing costs, as it was when the order was placed."""
        return from_json(self.change_policy) if self.change_policy else CGV_POLICY

    @property
    def trainee_name(self) -> str:
        return f"{self.trainee_first_name} {self.trainee_last_name}"

    @property
    def is_active(self) -> bool:
        return self.state == OrderState.ACTIVE

    @property
    def hours(self) -> dict[date, Decimal]:
        """Taught hours of each day, as sold."""
        return {date.fromisoformat(day): Decimal(hours) for day, hours in self.hours_by_day.items()}
