"""From a request to what it costs: the preview, the staff and the invoice read this one function. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from base.civil_dates import paris_date
from base.typography import counted, euros, french_date
from shop.changes.policy import ChangePolicy, Kept
from shop.changes.rules import (
    ZERO,
    Cause,
    Commitment,
    Quote,
    Request,
    Wish,
    consumer_cap,
    day_that_counts,
    last_new_start,
    split,
    training_given,
)

CAPPED = (
    "Au plus {amount} peuvent rester acquis à LEXOM : l’acompte déjà versé, ou la part du prix des "
    "heures données si elle est plus élevée. Le prix entier n’est jamais dû. Une personne examine "
    "votre demande et décide du montant."
)
DELIVERED_HOURS_ONLY = (
    "En cas de force majeure ou de motif légitime et impérieux, seules les heures données sont dues, "
    "en proportion du prix (Code du travail, art. L6353-7) : {amount}. Une personne examine votre "
    "demande et décide."
)
POSTPONED_BY_CONSUMER = (
    "Un report ne coûte rien de plus à un particulier : le prix convenu reste le prix, ce qui est déjà "
    "versé compte pour la nouvelle session. Une personne examine votre demande et vous propose une "
    "date. Heures déjà données : {amount}."
)


def quote(policy: ChangePolicy, commitment: Commitment, request: Request) -> Quote:
    """What the request costs and why; the preview, the staff and the invoice read this one function.

    Raises ValueError for more people than are left.
    """
    if not 1 <= request.heads <= commitment.left:
        raise ValueError(f"{request.heads} personne(s) sur {commitment.left}")
    if commitment.is_consumer:
        return _consumer(policy, commitment, request)
    if refusal := _not_receivable(policy, commitment, request):
        return refusal
    if request.cause == Cause.LEXOM:
        return _lexom(policy, commitment, request)
    if not commitment.is_definitive:
        return _not_concluded(policy, commitment, request)
    if request.wish == Wish.POSTPONE:
        return _postponement(policy, commitment, request)
    return _cancellation(policy, commitment, request)


def decided(quoted: Quote, amount: Decimal, explanation: str = "") -> Quote:
    """What staff decide below a ceiling: training that was given comes first, the rest is indemnity.

    Raises ValueError above it.
    """
    if not ZERO <= amount <= quoted.due:
        raise ValueError(f"Montant hors du plafond : {amount}")
    return replace(
        quoted,
        due=amount,
        training=min(quoted.training, amount),
        shares=split(amount, len(quoted.shares)),
        explanation=explanation or quoted.explanation,
        is_automatic=False,
    )


def _cancellation(policy: ChangePolicy, commitment: Commitment, request: Request) -> Quote:
    """CGV 3.5: fifteen days or more leave the deposit, fewer the whole price.

    Force majeure is the law's (C. civ. 1218): a person looks at what it changes.
    """
    days = (commitment.starts_on - day_that_counts(commitment, request)).days
    tier = policy.tier(days)
    told = _before(days, commitment, request)
    by_law = request.cause in (Cause.FORCE_MAJEURE, Cause.LEGITIMATE)
    appeal = " Vous invoquez un empêchement : une personne l’examine et décide." if by_law else ""
    if tier.keeps == Kept.DEPOSIT:
        shares = _deposit_shares(commitment, request)
        due = sum(shares, ZERO)
        text = f"{told} L’acompte versé reste acquis à LEXOM à titre d’indemnité : {euros(due)}."
    else:
        shares = _shares(commitment.whole_due, commitment, request)
        due = sum(shares, ZERO)
        text = f"{told} Le prix entier est dû à titre d’indemnité : {euros(due)}."
        text += _kept_before(commitment)
    return _quoted(
        commitment,
        request,
        clause=tier.clause,
        explanation=text + appeal,
        shares=shares,
        training=_taught_to(commitment, request, due),
        is_automatic=not by_law,
    )


def _postponement(policy: ChangePolicy, commitment: Commitment, request: Request) -> Quote:
    """CGV 3.6, even in case of force majeure: the deposit before the start and in time, else the price.

    A training at the client's has no other session: a person agrees on the days.
    """
    day, last = day_that_counts(commitment, request), last_new_start(policy, commitment.ordered_on)
    wanted = request.new_start or day
    is_in_time = day < commitment.starts_on and max(day, wanted) <= last
    again = is_in_time and commitment.postponed >= policy.postponements
    if again:
        shares = split(ZERO, request.heads)
        text = _postponed_again(policy, commitment, last)
    elif is_in_time:
        shares = _deposit_shares(commitment, request)
        text = _postponed_in_time(policy, commitment, last, sum(shares, ZERO))
    else:
        shares = _shares(commitment.whole_due, commitment, request)
        text = _postponed_late(commitment, day, last, sum(shares, ZERO))
    due = sum(shares, ZERO)
    return _quoted(
        commitment,
        request,
        clause=policy.postponement_clause,
        explanation=text,
        shares=shares,
        training=ZERO if is_in_time else _taught_to(commitment, request, due),
        is_automatic=not (again or (is_in_time and commitment.is_intra)),
        keeps_contract=is_in_time,
    )


def missed_window(policy: ChangePolicy, commitment: Commitment, at: datetime) -> Quote:
    """CGV 3.6: nobody chose another date in time. For a company; a consumer never owes the price."""
    last = last_new_start(policy, commitment.ordered_on)
    if commitment.is_consumer or paris_date(at) <= last:
        raise ValueError("Le délai de report n’est pas manqué, ou ne concerne pas ce client.")
    request = Request(
        wish=Wish.POSTPONE, sent_at=at, received_at=at, heads=commitment.left, delivered=ZERO
    )
    shares = _shares(commitment.whole_due, commitment, request)
    return _quoted(
        commitment,
        request,
        clause=policy.postponement_clause,
        explanation=(
            f"Le report n’a pas eu lieu dans le délai, qui a fini le {french_date(last)}. Le prix "
            f"entier reste acquis à LEXOM à titre d’indemnité : {euros(sum(shares, ZERO))}."
            f"{_kept_before(commitment)}"
        ),
        shares=shares,
    )


def nobody_left(policy: ChangePolicy, commitment: Commitment) -> Quote:
    """Of a request whose people left meanwhile by another one: it changes nothing."""
    return Quote(
        clause=policy.amendment_clause,
        explanation=f"Cette commande ne porte plus que sur {counted(commitment.left, 'participant')}.",
        due=ZERO,
        whole=ZERO,
        paid=ZERO,
        shares=(),
        is_receivable=False,
    )


def _postponed_again(policy: ChangePolicy, commitment: Commitment, last: date) -> str:
    reason = (
        "La date du report reste à choisir : une personne confirme la session."
        if commitment.is_awaited
        else "La formation a déjà été reportée : un nouveau report demande notre accord écrit "
        f"(article {policy.amendment_clause})."
    )
    return f"{reason} Si la formation commence au plus tard le {french_date(last)}, rien de plus n’est dû."


def _postponed_in_time(
    policy: ChangePolicy, commitment: Commitment, last: date, due: Decimal
) -> str:
    at_client = (
        " Dans vos locaux, une personne convient d’abord d’une date avec vous."
        if commitment.is_intra
        else ""
    )
    return (
        "Le report est demandé avant le début de la formation. L’acompte versé reste acquis à LEXOM "
        f"à titre d’indemnité forfaitaire : {euros(due)} ; le prix de la formation reportée reste "
        f"dû. Elle doit commencer au plus tard le {french_date(last)}, "
        f"{policy.postponement_months} mois après la commande.{at_client}"
    )


def _postponed_late(commitment: Commitment, day: date, last: date, due: Decimal) -> str:
    reason = (
        f"Le report est demandé le {french_date(day)}, alors que la formation a commencé le "
        f"{french_date(commitment.starts_on)}."
        if day >= commitment.starts_on and not commitment.is_awaited
        else f"La formation ne peut plus être reportée dans le délai, qui finit le {french_date(last)}."
    )
    return (
        f"{reason} Le prix entier reste acquis à LEXOM à titre d’indemnité : {euros(due)}."
        f"{_kept_before(commitment)}"
    )


def _kept_before(commitment: Commitment) -> str:
    """Why the amount is less than the price of a postponed training."""
    if not (commitment.is_awaited and commitment.forfeited):
        return ""
    return f" Les {euros(commitment.forfeited)} déjà conservés lors du report en font partie."


def _not_receivable(policy: ChangePolicy, commitment: Commitment, request: Request) -> Quote | None:
    """CGV 3.5, 3.6 and 3.7: somebody who does not come changes neither the date nor the price."""
    if request.cause == Cause.LEXOM:
        return None
    is_partial = request.heads < commitment.left
    started = day_that_counts(commitment, request) >= commitment.starts_on
    of_intra = commitment.is_intra and (is_partial or request.cause == Cause.ABSENCE)
    if not of_intra and not (started and request.cause == Cause.ABSENCE):
        return None
    clause = policy.absence_clause
    if of_intra:
        clause = (
            policy.postponement_clause if request.wish == Wish.POSTPONE else policy.tiers[0].clause
        )
    text = (
        "Dans vos locaux, l’absence de participants n’est un motif ni d’annulation ni de report : la "
        "formation a lieu à partir d’une personne."
        if of_intra
        else "L’absence d’un participant ne réduit pas le prix de la formation."
    )
    shares = _shares(commitment.price, commitment, request)
    return _quoted(
        commitment,
        request,
        clause=clause,
        explanation=text,
        shares=shares,
        training=sum(shares, ZERO),
        is_receivable=False,
    )


def _not_concluded(policy: ChangePolicy, commitment: Commitment, request: Request) -> Quote:
    """CGV 2.2: without its deposit the contract is not definitive; a cost is never billed by itself.

    Another date ends nothing: a person looks for it.
    """
    postpones = request.wish == Wish.POSTPONE
    return _quoted(
        commitment,
        request,
        clause=policy.conclusion_clause,
        explanation=(
            "L’acompte n’est pas versé : le contrat n’est pas définitif et rien n’est dû. LEXOM peut "
            "demander le coût d’élaboration de la proposition ; ce n’est jamais automatique."
        ),
        shares=split(ZERO, request.heads),
        is_automatic=not postpones,
        keeps_contract=postpones,
    )


def _lexom(policy: ChangePolicy, commitment: Commitment, request: Request) -> Quote:
    """CGV 3.5 and T-13: what is not delivered is given back."""
    shares = _shares(training_given(commitment, request), commitment, request)
    return _quoted(
        commitment,
        request,
        clause=policy.tiers[0].clause,
        explanation=(
            "LEXOM ne peut pas donner la formation : ce qui n’a pas été donné est remboursé "
            "(Code du travail, art. L6354-1)."
        ),
        shares=shares,
        training=sum(shares, ZERO),
    )


def _consumer(policy: ChangePolicy, commitment: Commitment, request: Request) -> Quote:
    """Law.md 3.1: never the whole price, never by itself; the law is the ceiling of the terms.

    A postponement owes nothing by itself: hours that were given are a part of the price, which stays.
    """
    if request.cause == Cause.LEXOM:
        return _lexom(policy, commitment, request)
    given = training_given(commitment, request)
    if request.wish == Wish.POSTPONE:
        clause, due = policy.postponement_clause, ZERO
        text = POSTPONED_BY_CONSUMER.format(amount=euros(given))
    elif request.cause in (Cause.FORCE_MAJEURE, Cause.LEGITIMATE):
        clause, due = policy.tiers[0].clause, given
        text = DELIVERED_HOURS_ONLY.format(amount=euros(due))
    else:
        clause, due = policy.tiers[0].clause, consumer_cap(commitment, request)
        text = CAPPED.format(amount=euros(due))
    return _quoted(
        commitment,
        request,
        clause=clause,
        explanation=text,
        shares=(due,),
        training=min(given, due),
        is_automatic=False,
        keeps_contract=request.wish == Wish.POSTPONE,
    )


def _quoted(
    commitment: Commitment,
    request: Request,
    *,
    clause: str,
    explanation: str,
    shares: tuple[Decimal, ...],
    training: Decimal = ZERO,
    is_automatic: bool = True,
    is_receivable: bool = True,
    keeps_contract: bool = False,
) -> Quote:
    """What the people concerned owe, next to their part of the price and of what was paid."""
    return Quote(
        clause=clause,
        explanation=explanation,
        due=sum(shares, ZERO),
        whole=sum(_shares(commitment.price, commitment, request), ZERO),
        paid=_paid(commitment, request),
        shares=shares,
        training=training,
        is_automatic=is_automatic,
        is_receivable=is_receivable,
        keeps_contract=keeps_contract,
        others_stay=request.heads < commitment.left,
    )


def _shares(whole: Decimal, commitment: Commitment, request: Request) -> tuple[Decimal, ...]:
    """Those of the people concerned, next to those who left before: together, the whole to the cent."""
    return split(whole, commitment.heads)[commitment.gone : commitment.gone + request.heads]


def _deposit_shares(commitment: Commitment, request: Request) -> tuple[Decimal, ...]:
    """Of what is left of the deposit: those who left before have taken theirs with them."""
    return split(commitment.deposit_paid, commitment.left)[: request.heads]


def _paid(commitment: Commitment, request: Request) -> Decimal:
    """Their part of the deposit; when everybody leaves, everything that was received.

    What a partial cancellation leaves is owed by those who stay: it pays their share first.
    """
    if request.heads == commitment.left:
        return commitment.paid - commitment.consumed
    return sum(_deposit_shares(commitment, request), ZERO)


def _taught_to(commitment: Commitment, request: Request, due: Decimal) -> Decimal:
    return min(sum(_shares(training_given(commitment, request), commitment, request), ZERO), due)


def _before(days: int, commitment: Commitment, request: Request) -> str:
    day = french_date(day_that_counts(commitment, request))
    start = french_date(commitment.starts_on)
    if commitment.is_awaited:
        return f"Demande reçue le {day}, sans nouvelle date : le délai de report finit le {start}."
    if days <= 0:
        return f"Demande reçue le {day}, la formation ayant commencé le {start}."
    return f"Demande reçue le {day}, {counted(days, 'jour')} avant le début ({start})."
