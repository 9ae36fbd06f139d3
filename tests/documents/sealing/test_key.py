from datetime import UTC, datetime

import pytest
import time_machine

from documents.checks import check_seal_key
from documents.issued import SpecimenUnmarked
from documents.rendering import Rendered
from documents.sealing import NoSealKey, is_specimen, seal_key


def test_key_is_described_without_its_secrets(key):
    assert (key.name, key.specimen) == ("Cachet LEXOM (développement)", True)
    assert key.password not in repr(key)


def test_without_key_nothing_is_sealed_nor_a_specimen():
    with pytest.raises(NoSealKey, match="SEAL_KEY"):
        seal_key()
    assert not is_specimen()
    assert check_seal_key() == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("SEAL_KEY", "/nulle/part.p12", "illisible"),
        ("SEAL_KEY", __file__, "PKCS#12"),
        ("SEAL_KEY_PASSWORD", "faux", "SEAL_KEY_PASSWORD"),
        ("SEAL_TSA_KEY", "/nulle/part.p12", "illisible"),
    ],
)
def test_unusable_key_is_told_when_the_site_starts(key_in_force, settings, name, value, message):
    setattr(settings, name, value)

    with pytest.raises(NoSealKey, match=message):
        seal_key()
    assert [fault.id for fault in check_seal_key()] == ["documents.E002"]


@time_machine.travel(datetime(2050, 1, 1, tzinfo=UTC))
def test_expired_certificate_seals_no_more_but_stops_nothing_else(key_in_force):
    with pytest.raises(NoSealKey, match="valable que du"):
        seal_key()

    assert is_specimen()
    assert [fault.id for fault in check_seal_key()] == ["documents.W002"]


def test_documents_issued_under_a_development_key_are_marked(key_in_force, issued):
    with pytest.raises(SpecimenUnmarked):
        issued()

    assert issued(rendered=Rendered(b"%PDF-1.7", 1, "", specimen=True)).specimen


def test_documents_issued_without_key_are_no_specimen(issued):
    assert not issued().specimen
