"""PDF and DOCX files made by the tests, as small as they can be."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def /CMapType 2 def "
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange "
    b"1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
)


def _stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< %s /Length %d >> stream\n%s\nendstream" % (more, len(content), content)


def make_pdf(pages: Sequence[Sequence[str]], *, scanned: Sequence[int] = (), protected: bool = False) -> bytes:
    """A PDF with these lines on its pages; pages in ``scanned`` (from 0) hold a picture too."""
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H /ToUnicode 4 0 R /DescendantFonts "
        b"[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /Own /Flags 4 /FontBBox [0 -200 1000 800] "
        b"/ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>] >>"
    )
    picture = b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        font,
        _stream(_TO_UNICODE),
        _stream(b"\x80", picture),
    ]
    kids = []
    for place, lines in enumerate(pages):
        rows = (
            f"1 0 0 1 40 {790 - 16 * row} Tm <{line.encode('utf-16-be').hex()}> Tj" for row, line in enumerate(lines)
        )
        content = ("BT /F 10 Tf " + " ".join(rows) + " ET").encode("ascii")
        if place in scanned:
            content = b"q 500 0 0 700 40 40 cm /Scan Do Q " + content
        objects.append(_stream(content))
        resources = b"<< /Font << /F 3 0 R >> /XObject << /Scan 5 0 R >> >>"
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %s /Contents %d 0 R >>"
            % (resources, len(objects))
        )
    references = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (references, len(kids))
    return _file(objects, protected)


def _file(objects: Sequence[bytes], protected: bool) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    # with check values of nobody's password no password opens the file
    keys = b"<" + b"AB" * 32 + b">"
    encrypt = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O %s /U %s >> /ID [<00> <00>]" % (keys, keys)
    out.write(b"trailer << /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, encrypt if protected else b""))
    out.write(b"startxref\n%d\n%%%%EOF\n" % table)
    return out.getvalue()


Levels = Sequence[tuple[str, str]]
"""For every level of a list: Word's number format, and the text around ``%1`` …"""


def numbered(text: str, list_: int, level: int) -> str:
    """A paragraph that Word numbers."""
    return (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_}"/></w:numPr></w:pPr>{_run(text)}</w:p>'
    )


def plain(text: str) -> str:
    """A paragraph without a number."""
    return f"<w:p>{_run(text)}</w:p>"


def styled(text: str, style: str) -> str:
    """A paragraph numbered by its style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(text)}</w:p>'


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table."""
    cells = ("".join(f"<w:tc>{plain(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def make_docx(
    paragraphs: Sequence[str],
    lists: Mapping[int, Levels] | None = None,
    styles: Mapping[str, tuple[int, int]] | None = None,
    restarted: Mapping[int, int] | None = None,
) -> bytes:
    """A DOCX.  ``styles`` number paragraphs by (list, level); ``restarted`` are lists that count another's levels anew."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{id_}">'
        + "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{format_}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for depth, (format_, text) in enumerate(levels)
        )
        + "</w:abstractNum>"
        for id_, levels in (lists or {}).items()
    )
    instances = "".join(
        f'<w:num w:numId="{id_}"><w:abstractNumId w:val="{id_}"/></w:num>' for id_ in (lists or {})
    ) + "".join(
        f'<w:num w:numId="{id_}"><w:abstractNumId w:val="{of}"/>'
        f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        for id_, of in (restarted or {}).items()
    )
    named = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:pPr><w:numPr><w:ilvl w:val="{depth}"/>'
        f'<w:numId w:val="{list_}"/></w:numPr></w:pPr></w:style>'
        for name, (list_, depth) in (styles or {}).items()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{''.join(paragraphs)}</w:body></w:document>")
        archive.writestr("word/numbering.xml", f"<w:numbering {_W}>{abstract}{instances}</w:numbering>")
        archive.writestr("word/styles.xml", f"<w:styles {_W}>{named}</w:styles>")
    return out.getvalue()
