"""What staff do about an invoice that is not paid; each page says what it costs whom, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.forms import Form
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from base.clock import present
from base.typography import counted, euros, french_date
from legal.rates.rules import RateMissing
from shop.backoffice.access import PURSUE
from shop.backoffice.action_views import ActionView
from shop.backoffice.collection_forms import (
    AnswerForm,
    DeliveryForm,
    HoldForm,
    PostingForm,
    SuspendForm,
)
from shop.backoffice.forms import ReasonForm
from shop.collection.actions import hold_case, resume_case, waive_penalties
from shop.collection.models import CollectionCase, LetterKind, RegisteredLetter
from shop.collection.posting import (
    content_of,
    note_answer,
    note_delivery,
    note_posting,
    prepare_notice,
    pronounce_resolution,
)
from shop.collection.reading import cases_with_facts, debts_of, unpaid_of
from shop.collection.rules import ANSWER_DAYS
from shop.collection.suspending import suspend_trainings, trainings_of


class CaseActionView(ActionView):
    permission_required = PURSUE
    url_name = ""

    @cached_property
    def case(self) -> CollectionCase:
        return get_object_or_404(cases_with_facts(), pk=self.kwargs["pk"])

    @property
    def today(self) -> date:
        return timezone.localdate(present())

    def subject(self) -> str:
        unpaid = unpaid_of(debts_of(self.case))
        return f"{self.case}, {f'{euros(unpaid)} impayés' if unpaid else 'réglée'}"

    def get_success_url(self) -> str:
        return reverse("collection_case:inspect", args=[self.kwargs["pk"]])


class HoldView(CaseActionView):
    url_name = "hold"
    form_class = HoldForm
    page_title = "Mettre le recouvrement en attente"
    button = "Mettre en attente"

    def explanation(self) -> list[str]:
        return [
            "Aucune relance ne part et aucune mise en demeure n’est préparée jusqu’à la reprise.",
            "Les intérêts de retard continuent de courir ; abandonnez-les à part, si c’est ce qui est convenu.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        hold_case(case_id=self.case.pk, actor=self.actor, now=present(), **values)
        return "Le recouvrement est en attente."


class ResumeView(CaseActionView):
    url_name = "resume"
    form_class = ReasonForm
    page_title = "Reprendre le recouvrement"
    button = "Reprendre"

    def explanation(self) -> list[str]:
        return [
            f"En attente : {self.case.hold_reason or 'rien, il est déjà repris.'}",
            "Une relance dont le jour est passé part dans les minutes qui suivent, à partir de 10 h.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        resume_case(case_id=self.case.pk, actor=self.actor, now=present(), **values)
        return "Le recouvrement est repris."


class WaiveView(CaseActionView):
    url_name = "waive"
    form_class = ReasonForm
    page_title = "Abandonner les pénalités"
    button = "Abandonner les pénalités"
    is_serious = True

    def explanation(self) -> list[str]:
        return [
            "Ni intérêts ni indemnité de 40 € ne seront plus demandés pour cette facture. Cela ne se reprend pas.",
            "Ce qui est déjà facturé reste dû : un avoir l’annule.",
        ]

    def act(self, values: dict[str, Any]) -> str:
        waive_penalties(case_id=self.case.pk, actor=self.actor, now=present(), **values)
        return "Les pénalités de cette facture sont abandonnées."


class SuspendView(CaseActionView):
    url_name = "suspend"
    form_class = SuspendForm
    page_title = "Suspendre des formations"
    button = "Suspendre et avertir le client"
    is_serious = True

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        trainings = trainings_of(self.case, self.today).select_related("course")
        return kwargs | {"trainings": trainings}

    def explanation(self) -> list[str]:
        return [
            (
                "En cas de non-paiement, même partiel, les CGV (3.4) permettent de suspendre les "
                "formations en cours ou à venir jusqu’au paiement de la totalité des sommes dues."
            ),
            (
                "Le client en est averti par e-mail. La suspension se lève toute seule dès que la "
                "facture est payée, ou par vous. Les places restent retenues."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        done = suspend_trainings(
            case_id=self.case.pk,
            proposals=list(values["proposals"]),
            reason=values["reason"],
            actor=self.actor,
            now=present(),
        )
        return f"{counted(len(done), 'formation', 'suspendue')}, le client est averti."


class NoticeView(CaseActionView):
    url_name = "notice"
    form_class = Form
    page_title = "Préparer une mise en demeure"
    button = "Préparer la lettre"
    header_icon = "doc-full"
    is_serious = True

    def explanation(self) -> list[str]:
        return [self._claim(), self._consequence()]

    def _claim(self) -> str:
        try:
            content = content_of(self.case, LetterKind.NOTICE, self.today)
        except RateMissing as missing:
            return f"Lettre impossible aujourd’hui : {missing}"
        parts = (
            (content.interest, "d’intérêts de retard"),
            (content.recovery, "d’indemnité de recouvrement"),
            (content.billed, "de pénalités déjà facturées"),
        )
        more = "".join(f", {euros(amount)} {label}" for amount, label in parts if amount)
        return f"La lettre réclame {euros(content.total)} : {euros(content.unpaid)} de la facture{more}."

    def _consequence(self) -> str:
        if self.case.is_professional:
            return (
                f"Imprimez-la, signez-la, envoyez-la en recommandé avec avis de réception. {ANSWER_DAYS} jours "
                "après sa remise sans réponse, vous pourrez prononcer la résolution du contrat (CGV 4.7)."
            )
        return (
            "Imprimez-la, signez-la, envoyez-la en recommandé avec avis de réception. L’intérêt légal "
            "court à partir de sa remise (C. civ., 1231-6 et 1344-1) : jamais de pénalités ni d’indemnité "
            "de 40 € pour un particulier."
        )

    def act(self, values: dict[str, Any]) -> str:
        letter = prepare_notice(case_id=self.case.pk, actor=self.actor, now=present())
        return f"La mise en demeure {letter.number} est en préparation : rechargez cette page dans quelques secondes."


class ResolveView(CaseActionView):
    url_name = "resolve"
    form_class = ReasonForm
    page_title = "Prononcer la résolution du contrat"
    button = "Prononcer la résolution"
    header_icon = "cross"
    is_serious = True

    def explanation(self) -> list[str]:
        notice = self.case.notice
        delivered = notice.delivered_on if notice else None
        when = f"remise le {french_date(delivered)}" if delivered else "pas encore remise"
        return [
            (
                f"Mise en demeure {when}. Huit jours après une mise en demeure restée sans réponse, LEXOM "
                "peut demander la résolution du contrat, sans préjudice de dommages et intérêts (CGV 4.7)."
            ),
            (
                "Une lettre recommandée est préparée : imprimez-la, signez-la, postez-la et notez son envoi. "
                "Les sommes dues le restent. Aucune place n’est rendue d’elle-même."
            ),
        ]

    def act(self, values: dict[str, Any]) -> str:
        letter = pronounce_resolution(
            case_id=self.case.pk, actor=self.actor, now=present(), **values
        )
        return f"La résolution est prononcée ; la lettre {letter.number} est en préparation."


class LetterActionView(CaseActionView):
    @cached_property
    def letter(self) -> RegisteredLetter:
        rows = RegisteredLetter.objects.filter(case=self.kwargs["pk"])
        return get_object_or_404(rows, pk=self.kwargs["letter_pk"])

    def subject(self) -> str:
        return f"{self.letter} – {self.case}"


class PostView(LetterActionView):
    url_name = "post"
    form_class = PostingForm
    page_title = "Noter l’envoi d’une lettre"
    header_icon = "mail"
    button = "Noter l’envoi"

    def explanation(self) -> list[str]:
        return ["Recopiez le récépissé de La Poste : la date du dépôt et le numéro de recommandé."]

    def act(self, values: dict[str, Any]) -> str:
        note_posting(letter_id=self.letter.pk, actor=self.actor, now=present(), **values)
        return "L’envoi est noté."


class DeliverView(LetterActionView):
    url_name = "deliver"
    form_class = DeliveryForm
    page_title = "Noter la remise d’une lettre"
    header_icon = "mail"
    button = "Noter la remise"

    def explanation(self) -> list[str]:
        return [
            (
                "La date de l’avis de réception. Les huit jours des CGV (4.7) partent du lendemain ; pour un "
                "particulier, l’intérêt légal aussi."
            )
        ]

    def act(self, values: dict[str, Any]) -> str:
        note_delivery(letter_id=self.letter.pk, actor=self.actor, now=present(), **values)
        return "La remise est notée."


class AnswerView(LetterActionView):
    url_name = "answer"
    form_class = AnswerForm
    page_title = "Noter la réponse du client"
    header_icon = "comment"
    button = "Noter la réponse"

    def explanation(self) -> list[str]:
        return [
            (
                "Une mise en demeure qui a reçu une réponse ne permet plus de prononcer la résolution d’ici "
                "(CGV 4.7) : une personne décide de la suite."
            )
        ]

    def act(self, values: dict[str, Any]) -> str:
        note_answer(letter_id=self.letter.pk, actor=self.actor, now=present(), **values)
        return "La réponse est notée."
