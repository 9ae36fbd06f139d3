from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Round
from django.urls import reverse

from documents.issued import IssuedDocument
from shop.cancelled_sessions.rules import OfferState
from shop.orders.models import Person
from shop.orders.rules import new_token
from shop.proposals.content import ProposalContent, amended, from_json, reference
from shop.proposals.rules import (
    BuyerKind,
    ProposalState,
    Route,
    expires_at,
    may_be_accepted,
    route_of,
    state_at,
)

DOCUMENT_KIND = "proposal"
MOST_PARTICIPANTS = 200
# What may still move once a proposal is issued: it ends, one way or another, or becomes a contract.
CHANGING_FIELDS = (
    "state", "ended_at", "end_reason", "reminded_at",
    "definitive_at", "waiver", "waived_by", "seats_held", "seats_given_back", "asks_staff",
    "session", "starts_on", "ends_on", "moved_at", "amendment",
)  # fmt: skip
ORGANISATIONS = [kind for kind in BuyerKind if route_of(kind) == Route.PROPOSAL]


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def asked(self) -> ProposalQuerySet:
        return self.filter(state=ProposalState.ASKED.value)

    def issued(self) -> ProposalQuerySet:
        return self.filter(state=ProposalState.ISSUED.value)

    def signed(self) -> ProposalQuerySet:
        """Whether or not the contract has ended since."""
        return self.filter(state=ProposalState.SIGNED.value)

    def binding(self) -> ProposalQuerySet:
        """Signed, and not ended since."""
        return self.signed().filter(ended_at__isnull=True)

    def ending(self, first: date, last: date) -> ProposalQuerySet:
        """Nobody accepted nor replaced them, and their last valid day is between the two."""
        open_states = (ProposalState.ISSUED.value, ProposalState.EXPIRED.value)
        return self.filter(state__in=open_states, valid_until__range=(first, last))

    def held(self) -> ProposalQuerySet:
        """Definitive, and its seats are held: the training takes place for them (CGV 2.2)."""
        seated = Q(session__isnull=True) | Q(seats_held__gt=0)
        return self.binding().filter(seated, definitive_at__isnull=False)

    def given_up(self) -> ProposalQuerySet:
        """LEXOM cancelled the session and the client has its money back: nothing is owed."""
        refunded = OfferState.REFUNDED.value
        return self.signed().filter(session_offers__state=refunded, ended_at__isnull=False)

    def numbered(self) -> ProposalQuerySet:
        return self.exclude(number="")

    def asked_from(self, email: str) -> ProposalQuerySet:
        """An address in lower case, however it was typed; one that looks the same is another."""
        return self.alias(address=Lower("email")).filter(address=email)


class Proposal(Person):
    """What a company asked for and, once issued, what was offered: from then on the row is frozen.

    The address is the company's; the billing fields are empty when they would repeat it. A change
    or an extension is a new row: same ``number``, next ``version``. ``request_key`` makes a second
    click find the first one's row. ``split_from`` is the row whose group was too large (CGV 2.1).
    """

    token = models.CharField("jeton", max_length=64, unique=True, default=new_token)
    request_key = models.CharField(
        "clé de la demande", max_length=64, unique=True, default=new_token
    )
    state = models.CharField(
        "état",
        max_length=12,
        choices=[(state.value, state.label) for state in ProposalState],
        default=ProposalState.ASKED.value,
    )
    number = models.CharField("numéro", max_length=20, blank=True)
    year = models.PositiveSmallIntegerField("année", null=True)
    sequence = models.PositiveIntegerField("rang", null=True)
    version = models.PositiveSmallIntegerField("version", default=1)
    predecessor = models.OneToOneField(
        "self",
        verbose_name="remplace",
        null=True,
        on_delete=models.PROTECT,
        related_name="successor",
    )

    split_from = models.OneToOneField(
        "self",
        verbose_name="seconde session de",
        null=True,
        on_delete=models.PROTECT,
        related_name="second_session",
    )

    kind = models.CharField(
        "nature",
        max_length=12,
        choices=[(kind.value, kind.label) for kind in ORGANISATIONS],
        default=BuyerKind.COMPANY.value,
    )
    company_name = models.CharField("dénomination", max_length=150)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    function = models.CharField("fonction", max_length=80, blank=True)
    billing_name = models.CharField("à facturer à", max_length=150, blank=True)
    billing_street = models.CharField("adresse de facturation", max_length=200, blank=True)
    billing_postcode = models.CharField("code postal de facturation", max_length=10, blank=True)
    billing_town = models.CharField("ville de facturation", max_length=80, blank=True)
    purchase_order = models.CharField("numéro de commande", max_length=50, blank=True)
    headcount = models.PositiveSmallIntegerField(
        "nombre de participants",
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PARTICIPANTS)],
    )
    participants = models.JSONField("participants", default=list)
    asks_funding = models.BooleanField("prise en charge par un OPCO", default=False)

    course = models.ForeignKey(
        "courses.CoursePage",
        verbose_name="formation",
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    session = models.ForeignKey(
        "courses.CourseSession",
        verbose_name="session",
        null=True,
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    wished_place = models.CharField("lieu souhaité", max_length=200, blank=True)
    wished_dates = models.CharField("dates souhaitées", max_length=200, blank=True)
    wishes = models.TextField("souhaits", max_length=2000, blank=True)

    asked_at = models.DateTimeField("demandée le")
    issued_at = models.DateTimeField("émise le", null=True)
    valid_until = models.DateField("valable jusqu’au", null=True)
    reminded_at = models.DateTimeField("rappelée le", null=True)
    ended_at = models.DateTimeField("terminée le", null=True)
    end_reason = models.CharField("motif de fin", max_length=300, blank=True)

    definitive_at = models.DateTimeField("définitive le", null=True)
    # Why LEXOM did not wait for the deposit, and who decided it.
    waiver = models.CharField("conclue sans acompte", max_length=300, blank=True)
    waived_by = models.CharField("dispensée d’acompte par", max_length=200, blank=True)
    seats_held = models.PositiveSmallIntegerField("places retenues", default=0)
    seats_given_back = models.PositiveSmallIntegerField("places rendues", default=0)
    asks_staff = models.CharField("à traiter", max_length=300, blank=True)
    moved_at = models.DateTimeField("changée de session le", null=True)
    # What the session that was agreed upon since changes of the content, which keeps its words.
    amendment = models.JSONField("avenant", default=dict, encoder=DjangoJSONEncoder)

    starts_on = models.DateField("premier jour", null=True)
    ends_on = models.DateField("dernier jour", null=True)
    vat_rate = models.DecimalField("taux de TVA", max_digits=4, decimal_places=3, null=True)
    excl_vat = models.DecimalField("total HT", max_digits=10, decimal_places=2, null=True)
    vat = models.DecimalField("TVA", max_digits=10, decimal_places=2, null=True)
    incl_vat = models.DecimalField("total TTC", max_digits=10, decimal_places=2, null=True)
    deposit = models.DecimalField("acompte", max_digits=10, decimal_places=2, null=True)
    content = models.JSONField("contenu", default=dict, encoder=DjangoJSONEncoder)
    terms_version = models.ForeignKey(
        "legal.TermsVersion",
        verbose_name="version des CGV",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    terms_sha256 = models.CharField("empreinte des CGV", max_length=64, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition"
        verbose_name_plural = "propositions"
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("conclude_proposal", "Peut conclure une proposition signée sans attendre l’acompte"),
            ("compose_proposal", "Composer, émettre et retirer une proposition"),
        ]
        ordering: ClassVar = ["-asked_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "valid_until"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ProposalState]),
                name="proposal_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ProposalState.ASKED.value, ProposalState.WITHDRAWN.value])
                | (
                    ~Q(number="")
                    & ~Q(terms_sha256="")
                    & Q(issued_at__isnull=False, valid_until__isnull=False, deposit__isnull=False)
                ),
                name="proposal_issued_is_complete",
            ),
            models.CheckConstraint(
                # Rounded, as for invoices: some databases add in binary.
                condition=Q(incl_vat__isnull=True)
                | Q(incl_vat=Round(F("excl_vat") + F("vat"), precision=2)),
                name="proposal_total_is_the_sum",
            ),
            models.CheckConstraint(
                condition=Q(definitive_at__isnull=True, seats_held=0)
                | Q(definitive_at__isnull=False, state=ProposalState.SIGNED.value),
                name="proposal_definitive_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(seats_given_back__lte=F("headcount") - F("seats_held")),
                name="proposal_seats_are_held_or_given_back",
            ),
            models.UniqueConstraint(
                fields=["number", "version"],
                condition=~Q(number=""),
                name="proposal_number_is_used_once",
            ),
            models.UniqueConstraint(
                fields=["year", "sequence", "version"], name="proposal_place_is_used_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference or 'Demande'} – {self.company_name}"

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[self.token])

    @property
    def reference(self) -> str:
        return reference(self.number, self.version)

    @property
    def facts(self) -> ProposalContent:
        """What an issued proposal says. Raises cattrs.ClassValidationError before its issue."""
        return from_json(self.content)

    @property
    def current(self) -> ProposalContent:
        """What was signed, on the days and at the place agreed upon since."""
        return amended(self.facts, self.amendment)

    @property
    def seats_wanted(self) -> int:
        return self.headcount - self.seats_given_back

    @property
    def course_title(self) -> str:
        """As offered; as asked for before."""
        return self.facts.offer.sheet.title if self.content else self.course.title

    @property
    def document(self) -> IssuedDocument | None:
        found: IssuedDocument | None = IssuedDocument.objects.filter(
            kind=DOCUMENT_KIND, number=self.document_number
        ).first()
        return found

    @property
    def payer_name(self) -> str:
        return self.company_name

    @property
    def payment_reference(self) -> str:
        """As a bank and Stripe write it: letters, digits and hyphens."""
        return self.document_number

    @property
    def document_number(self) -> str:
        return self.number if self.version == 1 else f"{self.number}-v{self.version}"

    @property
    def is_cancelled(self) -> bool:
        """Signed, and ended since: a contract that ends is still a signed proposal (CGV 3.5)."""
        return self.state == ProposalState.SIGNED and self.ended_at is not None

    def state_at(self, now: datetime) -> ProposalState:
        return state_at(ProposalState(self.state), self.valid_until, now)

    def may_be_accepted(self, now: datetime) -> bool:
        """Before the end of its last day in Paris, and not replaced nor withdrawn (CGV 2.1)."""
        return may_be_accepted(ProposalState(self.state), self.valid_until, now)

    def may_have_arrived(self, at: datetime) -> bool:
        """Whether a paper received at that instant came in time, whatever was written down since."""
        return self.valid_until is not None and at < expires_at(self.valid_until)
