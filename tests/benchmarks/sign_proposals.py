"""Takes companies from their request to the file that they signed, as the site does; prints JSON.

The baseline is the bare insert of the same row. The code of the signatory is read from the letter.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable

import django

django.setup()

from django.utils import timezone  # noqa: E402  needs the line above

from courses.models import CourseSession  # noqa: E402
from documents.sealing import verify_seals  # noqa: E402
from legal.terms.acceptance import RequestFacts  # noqa: E402
from mail.models import OutgoingMessage  # noqa: E402
from shop.models import Proposal  # noqa: E402
from shop.orders.rules import new_token  # noqa: E402
from shop.proposals.actions import ask_for_proposal  # noqa: E402
from shop.proposals.composing import quote_for  # noqa: E402
from shop.proposals.laying_out import lay_out  # noqa: E402
from shop.proposals.rules import ProposalState  # noqa: E402
from shop.proposals.signing.actions import (  # noqa: E402
    Agreement,
    Identity,
    begin_signing,
    confirm_code,
    sign_online,
)
from shop.proposals.signing.filing import file_the_signature  # noqa: E402
from shop.proposals.signing.models import ProposalSignature  # noqa: E402
from tests.factories.legal import fill_settings  # noqa: E402

FACTS = RequestFacts("127.0.0.1", "benchmark")
COMPANY = {
    "company_name": "Atelier d’essai", "siren": "510869274", "siret": "51086927400066",
    "first_name": "Camille", "last_name": "Essai", "email": "camille@example.org",
    "street": "3 rue des Lilas", "postcode": "07000", "town": "Privas", "headcount": 1,
}  # fmt: skip
CODE = re.compile(r"\b(\d{3}) ?(\d{3})\b")


def main() -> None:
    count = int(sys.argv[1])
    fill_settings()
    session = session_for_companies()
    whole_path(session)  # what a process learns once: fonts, the pages of the terms
    before = peak()
    issued, proposals = timed(ask, [session] * count)
    laid_out, _ = timed(lay_out, [proposal.pk for proposal in proposals])
    signed, signatures = timed(sign, proposals)
    filed, _ = timed(file_the_signature, [signature.pk for signature in signatures])
    contents = [signature.signed_document.content() for signature in signatures]
    verified, _ = timed(verify_seals, contents)
    bare, _ = timed(bare_insert, proposals)
    facts = {
        "issued": issued, "laid out": laid_out, "signed": signed, "filed": filed,
        "verified": verified, "bare": bare, "before": before, "peak": peak(),
    }  # fmt: skip
    sys.stdout.write(json.dumps(facts))


def session_for_companies() -> CourseSession:
    """The first session of the demo that needs nobody to be proposed."""
    for session in CourseSession.objects.upcoming(timezone.localdate()).order_by("pk"):
        if quote_for(
            Proposal(**COMPANY, course=session.course, session=session), timezone.now()
        ).at_once:
            return session
    raise SystemExit("No session of the demo can be proposed at once.")


def whole_path(session: CourseSession) -> None:
    proposal = ask(session)
    lay_out(proposal.pk)
    file_the_signature(sign(proposal).pk)


def timed(act: Callable, subjects: Iterable) -> tuple[float, list]:
    """Seconds a subject, and what each gave."""
    started = time.perf_counter()
    found = [act(subject) for subject in subjects]
    return (time.perf_counter() - started) / len(found), found


def ask(session: CourseSession) -> Proposal:
    now = timezone.now()
    request = Proposal(**COMPANY, course=session.course, session=session)
    return ask_for_proposal(request=request, shown=quote_for(request, now).fingerprint, now=now)


def sign(proposal: Proposal) -> ProposalSignature:
    now = timezone.now()
    identity = Identity("Alix", "Essai", "Gérance", "alix@example.org")
    signing = begin_signing(proposal_id=proposal.pk, identity=identity, facts=FACTS, now=now)
    letter = OutgoingMessage.objects.filter(recipient=signing.email).order_by("pk").last()
    code = "".join(CODE.search(letter.text).groups())
    confirm_code(signing_id=signing.pk, typed=code, facts=FACTS, now=now)
    agreement = Agreement("BON POUR ACCORD", accepts_terms=True, shown=proposal.document.sha256)
    return sign_online(signing_id=signing.pk, agreement=agreement, facts=FACTS, now=now)


def bare_insert(found: Proposal) -> None:
    copy = Proposal(
        **{field.attname: getattr(found, field.attname) for field in Proposal._meta.fields}
    )
    copy.pk, copy.token, copy.request_key = None, new_token(), new_token()
    copy.state, copy.number = ProposalState.ASKED.value, ""
    copy.year = copy.sequence = None
    Proposal.objects.bulk_create([copy])


def peak() -> float:
    """MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
