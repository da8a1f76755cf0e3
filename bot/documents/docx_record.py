"""A record as Word file, in the form offices keep: a title, a table of two columns, photos."""

import io
from collections.abc import Sequence

PHOTO_CENTIMETRES = 12.0


def write_record(
    title: str, rows: Sequence[tuple[str, str]], photos: Sequence[bytes], signature: str
) -> bytes:
    """Write the file. Photos that Word cannot read are left out; nothing else is lost."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.image.exceptions import UnrecognizedImageError
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(_printable(title))
    run.bold, run.font.size = True, Pt(18)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, text in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, _printable(text)
        cells[0].width, cells[1].width = Cm(3.5), Cm(12.5)
        cells[0].paragraphs[0].runs[0].bold = True
    for photo in photos:
        try:
            document.add_picture(io.BytesIO(photo), width=Cm(PHOTO_CENTIMETRES))
        except (UnrecognizedImageError, ValueError, KeyError, IndexError):
            continue
        document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    ending = document.add_paragraph(_printable(signature))
    ending.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _printable(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(one for one in text if one in "\n\t" or one.isprintable())
