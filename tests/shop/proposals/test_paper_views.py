"""Sending files back, and what staff do with them."""

from datetime import timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT
from django.utils import timezone

import pytest
import time_machine

from mail.models import OutgoingMessage
from shop.backoffice.to_do import parts_to_do
from shop.models import PaperReturn, Proposal, ProposalSignature
from shop.proposals.paper.rules import Requirement
from shop.proposals.rules import expires_at
from tests.factories.users import UserFactory
from tests.shop.proposals import scans
from tests.shop.proposals.conftest import sign
from users.roles import Role

pytestmark = pytest.mark.django_db
LIST = "/gestion/propositions/"
MEGABYTE = 1024 * 1024


def file(content, name="page.pdf"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def send(client, issued, monkeypatch):
    monkeypatch.setattr("base.robots.FASTEST_HUMAN_SECONDS", -1)

    def send(*files, **fields):
        address = f"/proposition/{issued.token}/retour/"
        form = client.get(address).context["form"]
        hidden = {"opened_at": form.initial["opened_at"], "form_key": form["form_key"].value()}
        return client.post(address, hidden | {"scans": list(files)} | fields)

    return send


def page(response):
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def test_files_are_received_and_the_page_says_so(client, issued, send):
    answer = send(file(scans.scan(2)), file(scans.photo(), "photo.jpg"), email="d@example.org")
    assert answer["Location"] == issued.get_absolute_url()
    assert PaperReturn.objects.get().files.count() == 2
    assert "reçu, à contrôler" in page(client.get(issued.get_absolute_url()))
    assert OutgoingMessage.objects.get(template="paper_received").recipient == "d@example.org"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([], "Choisissez au moins un fichier"),
        ([file(b"MZ rien")], "ni un PDF, ni une photo"),
        ([file(scans.heic(), "IMG.HEIC")], "Le plus compatible"),
        ([file(scans.encrypted())], "mot de passe"),
        ([file(scans.image_bomb(), "a.png")], "trop grande"),
        ([file(scans.scan(change=scans.with_launch))], "un script, une action"),
        ([file(scans.scan()), file(scans.scan(61), "long.pdf")], "« long.pdf » a 61 pages"),
        ([file(scans.photo(), f"{n}.jpg") for n in range(21)], "il y en a 21"),
        ([file(b"%PDF-" + b"0" * 15 * MEGABYTE)], "dépasse 15 Mo"),
        ([file(b"")], "est vide"),
    ],
)
def test_refused_files_are_told_and_nothing_is_kept(send, files, sentence):
    for one in files:
        one.seek(0)
    response = send(*files)
    assert response.status_code == 422
    assert sentence in page(response)
    assert not PaperReturn.objects.exists()


def test_too_many_parts_are_refused_in_french(send):
    response = send(*[file(b"x", f"{n}.jpg") for n in range(101)])
    assert response.status_code == 400
    assert "20 au plus" in page(response)


class Measured(BytesIO):
    """A body that counts what is asked of it, and never gives all of it at once."""

    def __init__(self, length):
        super().__init__()
        self.length, self.largest, self.given = length, 0, 0

    def read(self, size=-1):
        size = self.length if size is None or size < 0 else size
        self.largest = max(self.largest, size)
        given = min(size, self.length - self.given)
        self.given += given
        return b"x" * given


def test_200_megabytes_are_refused_without_being_held(client, issued):
    body = Measured(200 * MEGABYTE)
    response = client.generic(
        "POST",
        f"/proposition/{issued.token}/retour/",
        content_type=MULTIPART_CONTENT,
        **{"CONTENT_LENGTH": str(body.length), "wsgi.input": body},
    )
    assert response.status_code == 413
    assert "dépasse 40 Mo" in page(response)
    assert body.largest <= 64 * 1024
    assert not PaperReturn.objects.exists()


def test_nothing_is_awaited_after_the_end(client, issued, send, confirmed):
    address = f"/proposition/{issued.token}/retour/"
    with time_machine.travel(expires_at(issued.valid_until), tick=False):
        assert "a expiré" in page(client.get(address))
    sign(confirmed())
    assert client.get(address).status_code == 410


def test_hostile_name_is_shown_and_never_used(client, issued, send, staff):
    send(file(scans.photo(), "../../<script>alert(1)</script>.html"))
    kept = PaperReturn.objects.get().files.get()
    client = staff(Role.SALES)
    assert "<script>alert" not in client.get(f"{LIST}{issued.pk}/signature/").content.decode()
    answer = client.get(f"{LIST}{issued.pk}/retour/{kept.paper_return_id}/fichier/1/")
    assert answer.content == scans.photo()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith('attachment; filename="retour-')
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_return_is_on_the_list_of_what_to_do(issued, send):
    send(file(scans.scan()))
    (part,) = [part for part in parts_to_do(UserFactory(), timezone.now()) if part.key == "papers"]
    (task,) = part.tasks
    assert issued.number in task.text
    assert "/retour/" in task.url


def test_staff_accept_what_they_saw(issued, send, staff):
    send(file(scans.scan()), file(scans.photo(), "b.jpg"))
    paper = PaperReturn.objects.get()
    first, second = [kept.sha256 for kept in paper.files.all()]
    client, address = staff(Role.SALES), f"{LIST}{issued.pk}/retour/{paper.pk}/"
    assert first in client.get(address).content.decode()

    typed = {
        "first_name": "Alix", "last_name": "Essai", "function": "Gérance",
        "paper_date": f"{timezone.localdate():%d/%m/%Y}", "initialled": [first],
        "signed": [first], "mention": [first], "terms": [second],
    }  # fmt: skip
    missing = client.post(address, typed)
    assert missing.status_code == 422
    assert "Si cela manque, refusez" in missing.content.decode()

    assert client.post(address, typed | {"stamped": [first]}).status_code == 302
    signature = ProposalSignature.objects.get()
    assert signature.checks["seen"]["terms"] == [second]
    assert set(signature.checks["seen"]) == set(Requirement)
    assert signature.recorded_by == "sales@lexom.example"
    assert Proposal.objects.get().state == "signed"
    assert "Alix Essai, Gérance" in page(client.get(f"{LIST}{issued.pk}/signature/"))


def test_staff_refuse_with_a_reason(client, issued, send, staff):
    send(file(scans.scan()))
    paper = PaperReturn.objects.get()
    address = f"{LIST}{issued.pk}/retour/{paper.pk}/refuser/"
    client = staff(Role.SALES)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Le tampon manque."}).status_code == 302
    assert client.post(address, {"reason": "Encore."}).status_code == 422
    assert "Le tampon manque." in page(client.get(issued.get_absolute_url()))


def test_staff_record_a_letter(issued, staff):
    client, address = staff(Role.SALES), f"{LIST}{issued.pk}/retour/enregistrer/"
    form = client.get(address).context["form"]
    typed = {
        "form_key": form["form_key"].value(),
        "received_on": f"{timezone.localdate():%d/%m/%Y}",
    }
    assert client.post(address, typed | {"scans": [file(b"rien")]}).status_code == 422
    answer = client.post(address, typed | {"scans": [file(scans.scan())]})
    assert answer.status_code == 302
    paper = PaperReturn.objects.get()
    assert paper.recorded_by == "sales@lexom.example"
    assert paper.received_at >= issued.issued_at


def test_letter_cannot_come_before_the_proposal(issued, staff):
    client, address = staff(Role.SALES), f"{LIST}{issued.pk}/retour/enregistrer/"
    early = timezone.localdate() - timedelta(days=2)
    answer = client.post(
        address, {"received_on": f"{early:%d/%m/%Y}", "scans": [file(scans.scan())]}
    )
    assert answer.status_code == 422
    assert "pas encore émise" in page(answer)


@pytest.mark.parametrize(
    ("role", "reads"), [(Role.ACCOUNTING, True), (Role.EDITING, False), (Role.PUBLISHING, False)]
)
def test_only_sales_decide(issued, send, staff, role, reads):
    send(file(scans.scan()))
    paper = PaperReturn.objects.get()
    client, base = staff(role), f"{LIST}{issued.pk}/"
    opened = client.get(f"{base}signature/").status_code == 200
    assert opened is reads
    assert (client.get(f"{base}retour/{paper.pk}/fichier/1/").status_code == 200) is reads
    for route in (f"retour/{paper.pk}/", f"retour/{paper.pk}/refuser/", "retour/enregistrer/"):
        assert client.get(base + route).status_code in (302, 403)
        assert client.post(base + route, {"reason": "x"}).status_code in (302, 403)
    paper.refresh_from_db()
    assert paper.state == "received"


def test_visitors_never_reach_the_files(client, issued, send):
    send(file(scans.scan()))
    paper = PaperReturn.objects.get()
    answer = client.get(f"{LIST}{issued.pk}/retour/{paper.pk}/fichier/1/")
    assert answer.status_code in (302, 403)
