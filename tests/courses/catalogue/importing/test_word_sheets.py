import io

from docx import Document

from base.importing.reading import read_bytes
from courses.catalogue.importing.recognition import recognise


def lines_of(document):
    stream = io.BytesIO()
    document.save(stream)
    return [line for line in read_bytes("fiche.docx", stream.getvalue()) if line]


def test_recognise_reads_the_same_course_in_word_as_in_text(workshop_sheet):
    document = Document()
    text = workshop_sheet.read_text()
    for line in filter(None, text.splitlines()):
        if line.startswith("- "):
            document.add_paragraph(line[2:], style="List Bullet")
        elif line in ("Objectifs de la formation", "Programme de la formation", "Pré-requis"):
            document.add_heading(line, level=2)
        else:
            document.add_paragraph(line.replace("**", ""))

    in_word, in_text = recognise(lines_of(document)), recognise(text.splitlines())

    for field in ("title", "reference", "category_path", "duration_days", "objectives"):
        assert getattr(in_word, field) == getattr(in_text, field)
    assert in_word.half_days == in_text.half_days
    assert in_word.certificate == in_text.certificate
    assert in_word.company.siret == in_text.company.siret
    assert [span.kind for span in in_word.ignored] == ["company", "terms"]
