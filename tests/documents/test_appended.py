import pytest

from documents.rendering import Part, RenderingFailed, render
from documents.rendering.engine import PARTS_KEPT, _part_pages
from tests.documents.samples import text
from tests.documents.validation import failures, text_of

TERMS = Part(text("Conditions", 12), "plain")
BOX = (
    '<div id="signature" style="position: absolute; left: 10mm; top: 20mm; width: 80mm; '
    'height: 40mm"></div>'
)
POINTS = 72 / 25.4


@pytest.fixture(autouse=True)
def _nothing_laid_out():
    _part_pages.cache_clear()


def proposal(closing="", **options):
    return render(text("Proposition", 2, closing), stylesheet="plain", **options)


def test_appended_pages_follow_with_their_own_numbers(tmp_path):
    path = tmp_path / "proposition.pdf"
    path.write_bytes(proposal(appended=[TERMS, TERMS]).content)

    footers = [line for page in text_of(path) for line in page.split("\n") if "Page " in line]

    terms = [f"SAS LEXOM Page {number} / 4" for number in (1, 2, 3, 4)]
    assert footers == ["SAS LEXOM Page 1 / 1", *terms, *terms]


def test_appended_pages_keep_the_file_conformant():
    content = proposal(appended=[TERMS]).content

    assert [failures(content, profile) for profile in ("3a", "ua1")] == [[], []]


def test_appended_pages_are_laid_out_once_and_give_the_same_bytes():
    first, second = proposal(appended=[TERMS]), proposal(appended=[TERMS])

    assert first.content == second.content
    assert (_part_pages.cache_info().misses, _part_pages.cache_info().hits) == (1, 1)


def test_appended_pages_do_not_depend_on_what_was_rendered_before():
    alone = proposal(appended=[TERMS]).sha256
    render(text("Autre", 3), stylesheet="course_sheet", appended=[TERMS], specimen=True)

    assert proposal(appended=[TERMS]).sha256 == alone


def test_few_parts_are_kept():
    for number in range(PARTS_KEPT + 2):
        proposal(appended=[Part(text(f"Texte {number}", 1), "plain")])

    assert _part_pages.cache_info().currsize == PARTS_KEPT


def test_part_that_asks_for_a_file_is_refused_each_time():
    part = Part(text("Texte", 1, '<img src="file:///etc/hostname" alt="">'), "plain")

    for _ in range(2):
        with pytest.raises(RenderingFailed):
            proposal(appended=[part])


def test_render_tells_where_an_element_stands():
    boxes = proposal(BOX).boxes

    left, top, page_height = (18 + 10) * POINTS, (27 + 20) * POINTS, 297 * POINTS
    box = boxes["signature"]
    assert (list(boxes), box.page) == (["signature"], 1)
    assert (box.left, box.right) == pytest.approx((left, left + 80 * POINTS))
    assert (box.top, box.bottom) == pytest.approx(
        (page_height - top, page_height - top - 40 * POINTS)
    )


def test_render_keeps_its_own_box_when_an_appended_part_uses_the_same_id():
    part = Part(text("Conditions", 1, BOX + BOX.replace("signature", "annexe")), "plain")

    boxes = proposal(BOX, appended=[part]).boxes

    assert {name: box.page for name, box in boxes.items()} == {"signature": 1, "annexe": 2}


@pytest.mark.parametrize("signable", [False, True])
def test_specimen_says_so_on_every_page_and_stays_conformant(tmp_path, signable):
    rendered = proposal(appended=[TERMS], specimen=True, signable=signable)
    path = tmp_path / "specimen.pdf"
    path.write_bytes(rendered.content)

    assert ["SPÉCIMEN" in page for page in text_of(path)] == [True] * 5
    assert rendered.specimen
    assert failures(rendered.content, "3a") == []
    assert signable or failures(rendered.content, "ua1") == []
