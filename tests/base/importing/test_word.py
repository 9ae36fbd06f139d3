import io

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from base.importing.reading import read_bytes


def lines_of(document):
    stream = io.BytesIO()
    document.save(stream)
    return [line for line in read_bytes("fiche.docx", stream.getvalue()) if line]


@pytest.fixture
def document():
    return Document()


def test_word_lines_keep_headings_lists_and_bold(document):
    document.add_heading("Souder à l’arc", level=0)
    document.add_heading("Programme", level=2)
    document.add_paragraph("Préparer", style="List Number")
    document.add_paragraph("le poste", style="List Bullet")
    document.add_paragraph("Souder", style="List Number")
    document.add_paragraph().add_run("Public").bold = True
    document.add_paragraph("Tout public")

    assert lines_of(document) == [
        "# Souder à l’arc",
        "## Programme",
        "1. Préparer",
        "- le poste",
        "2. Souder",
        "**Public**",
        "Tout public",
    ]


def test_word_lines_read_tables_row_by_row_and_merged_cells_once(document):
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Repères"
    table.cell(1, 0).text = "Durée"
    table.cell(1, 1).text = "2 jours"

    assert lines_of(document) == ["Repères", "Durée", "2 jours"]


def test_word_lines_part_line_breaks_and_leave_out_deleted_text(document):
    paragraph = document.add_paragraph("Jour 1")
    paragraph.add_run().add_break()
    paragraph.add_run("Matin")
    moved = OxmlElement("w:moveFrom")
    moved.append(document.add_paragraph("ailleurs").runs[0].element)
    paragraph.runs[-1].element.addnext(moved)

    assert lines_of(document) == ["Jour 1", "Matin"]


def test_word_lines_read_text_boxes_once(document):
    alternate = parse_xml(
        f'<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:AlternateContent>"
        '<mc:Choice Requires="wps"><w:txbxContent><w:p><w:r><w:t>2 Jours</w:t></w:r></w:p>'
        "</w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:txbxContent><w:p><w:r><w:t>2 Jours</w:t></w:r></w:p>"
        "</w:txbxContent></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    document.add_paragraph("Souder").runs[0].element.addnext(alternate)

    assert lines_of(document) == ["Souder", "2 Jours"]


def test_word_lines_put_page_margins_at_the_end(document):
    document.add_paragraph("Souder")
    document.sections[0].footer.paragraphs[0].text = "SAS ÉTINCELLE au capital de 900 €"

    assert lines_of(document) == [
        "Souder",
        "# En-tête et pied de page",
        "SAS ÉTINCELLE au capital de 900 €",
    ]


def test_word_lines_survive_a_style_that_is_based_on_itself(document):
    style = document.styles["Body Text"]
    style.element.find(qn("w:basedOn")).set(qn("w:val"), style.style_id)
    document.add_paragraph("Souder", style=style)

    assert lines_of(document) == ["Souder"]
