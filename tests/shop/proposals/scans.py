"""Files that somebody may send back, harmless or not."""

import zlib
from io import BytesIO
from struct import pack

import pikepdf
from PIL import Image


def photo(kind="JPEG", size=(60, 80)):
    file = BytesIO()
    Image.new("RGB", size, "white").save(file, kind)
    return file.getvalue()


def scan(pages=1, change=None, **options):
    """A PDF of blank pages, which ``change`` receives before it is written."""
    file = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        if change:
            change(pdf)
        pdf.save(file, **options)
    return file.getvalue()


def encrypted():
    return scan(encryption=pikepdf.Encryption(owner="secret", user="secret"))


def with_opening_script(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('essai')")


def with_script_on_a_page(pdf):
    action = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1"))
    pdf.pages[0].AA = pikepdf.Dictionary(O=action)


def with_launch(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="essai.exe")


def with_indirect_launch(pdf):
    kind = pdf.make_indirect(pikepdf.Name.Launch)
    pdf.Root.OpenAction = pikepdf.Dictionary(S=kind, F="essai.exe")


def with_attachment(pdf):
    pdf.attachments["essai.exe"] = b"MZ"


def with_named_script(pdf):
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")
    tree = pikepdf.Dictionary(Names=pikepdf.Array(["essai", script]))
    pdf.Root.Names = pikepdf.Dictionary(JavaScript=tree)


def image_bomb(width=30_000, height=30_000):
    """A PNG of a few hundred bytes that would fill gigabytes."""
    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" * 1000)), (b"IEND", b""))
    body = b"".join(
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def scan_bomb(scans=51):
    """A progressive JPEG of a few kilobytes that is gone over again and again."""
    file = BytesIO()
    Image.new("L", (60, 80), "white").save(file, "JPEG", progressive=True)
    content = file.getvalue()
    last = content[content.rfind(b"\xff\xda") : -2]
    return content[:-2] + last * scans + content[-2:]


def heic():
    return b"\x00\x00\x00\x18ftypheic" + b"\x00" * 200
