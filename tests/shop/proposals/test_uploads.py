"""Files are judged by their bytes: what acts, hides or bursts is refused in French. No database."""

import pytest

from documents.rendering import render
from shop.proposals.uploads import UploadRefused, judge, judge_sizes
from tests.shop.proposals import scans

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("content", "kind", "pages"),
    [
        (scans.photo(), "image/jpeg", 1),
        (scans.photo("PNG"), "image/png", 1),
        (scans.photo("MPO"), "image/jpeg", 1),
        (scans.scan(3), "application/pdf", 3),
        (scans.scan(60), "application/pdf", 60),
        (b"  \n" + scans.scan(1), "application/pdf", 1),
    ],
    ids=["jpeg", "png", "phone", "pdf", "long pdf", "pdf after spaces"],
)
def test_scans_and_photos_are_taken_whatever_their_name(content, kind, pages):
    upload = judge("essai.exe", content)
    assert (upload.content_type, upload.pages, upload.content) == (kind, pages, content)


def test_our_own_file_sent_back_is_taken():
    content = render(
        "<html lang='fr'><title>Essai</title><p>Essai</p></html>", stylesheet="plain", signable=True
    )
    assert judge("proposition.pdf", content.content).pages == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "est vide"),
        (b"MZ\x90\x00" + b"\x00" * 400, "ni un PDF, ni une photo"),
        (b"<html><script>alert(1)</script></html>", "ni un PDF, ni une photo"),
        (b"GIF89a" + b"\x00" * 40, "ni un PDF, ni une photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ni un PDF, ni une photo"),
        (scans.heic(), "photo HEIC"),
        (scans.image_bomb(), "image trop grande"),
        (scans.scan_bomb(), "image trop grande"),
        (scans.photo(size=(800, 900))[:2000], "abîmée ou incomplète"),
        (scans.photo("PNG", (800, 900))[:1500], "abîmée ou incomplète"),
        (scans.encrypted(), "mot de passe"),
        (scans.scan(61), "a 61 pages"),
        (scans.scan(0), "a 0 pages"),
        (scans.scan(change=scans.with_opening_script), "un script"),
        (scans.scan(change=scans.with_script_on_a_page), "un script"),
        (scans.scan(change=scans.with_named_script), "un script"),
        (scans.scan(change=scans.with_launch), "une action"),
        (scans.scan(change=scans.with_indirect_launch), "une action"),
        (scans.scan(change=scans.with_attachment), "un fichier joint"),
        (b"%PDF-1.7\nn'importe quoi", "illisible"),
        (scans.scan(2)[:300], "illisible"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_in_french(content, sentence):
    with pytest.raises(UploadRefused, match=sentence):
        judge("scan.pdf", content)


def test_script_inside_a_compressed_object_is_found():
    import pikepdf

    content = scans.scan(
        change=scans.with_script_on_a_page, object_stream_mode=pikepdf.ObjectStreamMode.generate
    )
    assert b"JavaScript" not in content
    with pytest.raises(UploadRefused, match="un script"):
        judge("scan.pdf", content)


@pytest.mark.parametrize(
    ("sizes", "sentence"),
    [
        ([], "au moins un fichier"),
        ([1] * 21, "il y en a 21"),
        ([15 * MEGABYTE + 1], "dépasse 15 Mo"),
        ([14 * MEGABYTE] * 3, "dépasse 40 Mo"),
    ],
)
def test_sizes_are_judged_before_anything_is_read(sizes, sentence):
    with pytest.raises(UploadRefused, match=sentence):
        judge_sizes(sizes)


def test_what_is_within_the_limits_passes():
    judge_sizes([15 * MEGABYTE, 15 * MEGABYTE, 10 * MEGABYTE])
    judge_sizes([1] * 20)
