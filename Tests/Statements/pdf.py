"""Writes PDF files with nothing but Python: pages of text in the standard fonts, compressed, the same bytes each time.

Letters beyond ASCII get a code of their own in each font, named by /Differences and by a /ToUnicode map, so that every
alphabet can be printed and read again. A file may be encrypted (RC4 with 128 bits: PDF 1.7, 7.6, revision 3)."""

import hashlib
import struct
import unicodedata
import zlib

from metrics import FURTHER, WIDTHS

MARKS = {"DIAERESIS": "dieresis", "ACUTE": "acute", "GRAVE": "grave", "CIRCUMFLEX": "circumflex", "TILDE": "tilde",
         "RING ABOVE": "ring", "CEDILLA": "cedilla", "CARON": "caron", "OGONEK": "ogonek", "STROKE": "slash",
         "DOT ABOVE": "dotaccent", "DOUBLE ACUTE": "hungarumlaut", "MACRON": "macron"}
NAMES = {"ß": "germandbls", "€": "Euro", "£": "sterling", "¥": "yen", "–": "endash", "—": "emdash", "−": "minus",
         "’": "quoteright", "‘": "quoteleft", "“": "quotedblleft", "”": "quotedblright", "Æ": "AE", "æ": "ae", "œ": "oe",
         "Œ": "OE", "·": "periodcentered", "•": "bullet", "…": "ellipsis", "×": "multiply", "°": "degree",
         "\u00a0": "space", "ı": "dotlessi", "§": "section"}


def glyph(letter):
    """The name of a letter's glyph (Adobe Glyph List)."""
    if letter in NAMES:
        return NAMES[letter]
    words = unicodedata.name(letter, "").split(" WITH ")
    if len(words) == 2 and words[0].startswith("LATIN") and words[1] in MARKS:
        base = words[0].split()[-1]
        return (base.lower() if " SMALL " in words[0] else base) + MARKS[words[1]]
    return f"uni{ord(letter):04X}"


class Font:
    """One of the standard fonts in one file, with the codes of the letters that it had to show."""

    def __init__(self, name):
        self.name = name
        self.codes = {}

    def code(self, letter):
        if " " <= letter <= "~":
            return ord(letter)
        if letter not in self.codes:
            if len(self.codes) == 128:
                raise ValueError(f"A file shows more than 128 letters beyond ASCII in {self.name}.")
            self.codes[letter] = 128 + len(self.codes)
        return self.codes[letter]

    def width(self, letter):
        widths = WIDTHS[self.name]
        if " " <= letter <= "~":
            return widths[ord(letter) - 32]
        base = unicodedata.normalize("NFD", letter)[0]
        if " " <= base <= "~":
            return widths[ord(base) - 32]
        if letter == "\u00a0" or self.name not in FURTHER:
            return widths[0]
        place = FURTHER["letters"].find(letter)
        return 556 if place < 0 else FURTHER[self.name][place]

    def measure(self, text, size):
        return sum(map(self.width, text)) * size / 1000

    def shown(self, text):
        """The text as a string of a content stream."""
        codes = bytes(self.code(letter) for letter in text)
        return b"(" + codes.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"

    def write(self, file):
        """The font's object, and those that it needs."""
        if not self.codes:
            return file.add(f"<</Type/Font/Subtype/Type1/BaseFont/{self.name}/Encoding/WinAnsiEncoding>>".encode())
        letters = sorted(self.codes, key=self.codes.get)
        pairs = "".join(f"<{self.codes[letter]:02X}><{letter.encode('utf-16-be').hex()}>\n" for letter in letters)
        # A section of a map may hold a hundred pairs; ASCII is a range.
        lines = pairs.splitlines()
        sections = "".join(
            f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n"
            for part in (lines[start:start + 100] for start in range(0, len(lines), 100)))
        to_unicode = file.stream(
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def /CMapType 2 def\n"
            "1 begincodespacerange <00><FF> endcodespacerange\n1 beginbfrange <20><7E><0020> endbfrange\n"
            f"{sections}endcmap end end".encode())
        widths = " ".join(str(self.width(chr(code))) for code in range(32, 127)) + " 0 "
        widths += " ".join(str(self.width(letter)) for letter in letters)
        names = "".join("/" + glyph(letter) for letter in letters)
        return file.add(
            f"<</Type/Font/Subtype/Type1/BaseFont/{self.name}/FirstChar 32/LastChar {127 + len(letters)}"
            f"/Widths[{widths}]/ToUnicode {to_unicode} 0 R"
            f"/Encoding<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[128{names}]>>>>".encode())


class Page:
    """What is drawn on one page; y counts from its upper edge, as one reads."""

    def __init__(self, pdf, size):
        self.pdf = pdf
        self.width, self.height = size
        self.content = bytearray()
        self.used = set()
        self.later = []

    def text(self, x, y, text, font="Helvetica", size=9, align="left", style="plain"):
        """Shows a text at its left or right end. As styles of real programs: `plain` shows it as one string, `words`
        places every word, `kerned` moves letters by small amounts inside one string."""
        font = self.pdf.font(font)
        self.used.add(font.name)
        if align == "right":
            x -= font.measure(text, size)
        elif align == "middle":
            x -= font.measure(text, size) / 2
        if "{pages}" in text:
            # How many there are is known when all are drawn.
            self.later.append((x, y, text, font.name, size))
            return
        begin = f"BT /{font.name} {size:g} Tf {x:.2f} {self.height - y:.2f} Td ".encode()
        if style == "words":
            for word in text.split(" "):
                if word:
                    self.content += (f"BT /{font.name} {size:g} Tf {x:.2f} {self.height - y:.2f} Td ".encode()
                                     + font.shown(word) + b" Tj ET\n")
                x += font.measure(word + " ", size)
        elif style == "kerned":
            pieces = [text[start:start + 3] for start in range(0, len(text), 3)]
            shown = b" 12 ".join(font.shown(piece) for piece in pieces)
            self.content += begin + b"[" + shown + b"] TJ ET\n"
        else:
            self.content += begin + font.shown(text) + b" Tj ET\n"

    def line(self, x, y, to, width=0.5):
        up = self.height - y
        self.content += f"{width:g} w {x:.2f} {up:.2f} m {to:.2f} {up:.2f} l S\n".encode()

    def box(self, x, y, width, height, gray=0.92):
        self.content += (f"{gray:g} g {x:.2f} {self.height - y - height:.2f} {width:.2f} {height:.2f} re f 0 g\n".encode())


class Pdf:
    """A file. Pages may be drawn in any order until it is written."""

    def __init__(self, title, size=(595, 842)):
        self.title = title
        self.size = size
        self.pages = []
        self.fonts = {}
        self.password = None
        self.catalog = ""
        """More entries of the catalogue; {0} stands for the number of a further object, see `further`."""
        self.further = []

    def font(self, name):
        if name not in self.fonts:
            self.fonts[name] = Font(name)
        return self.fonts[name]

    def page(self):
        self.pages.append(Page(self, self.size))
        return self.pages[-1]

    def written(self):
        """The bytes of the file."""
        for page in self.pages:
            for x, y, text, font, size in page.later:
                page.text(x, y, text.replace("{pages}", str(len(self.pages))), font, size)
            page.later = []
        file = Objects()
        catalog, tree = file.reserve(), file.reserve()
        fonts = {name: self.fonts[name].write(file) for name in sorted(self.fonts)}
        further = [file.add(content) for content in self.further]
        kids = []
        for page in self.pages:
            content = file.stream(bytes(page.content))
            used = "".join(f"/{name} {fonts[name]} 0 R" for name in sorted(page.used))
            kids.append(file.add(
                f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {page.width} {page.height}]"
                f"/Resources<</Font<<{used}>>>>/Contents {content} 0 R>>".encode()))
        file.put(tree, f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>".encode())
        file.put(catalog, f"<</Type/Catalog/Pages {tree} 0 R{self.catalog.format(*further)}>>".encode())
        return file.written(catalog, self.title, self.password)


class Objects:
    """The objects of a file by number, and the frame around them."""

    def __init__(self):
        self.bodies = []

    def reserve(self):
        self.bodies.append(None)
        return len(self.bodies)

    def put(self, number, dictionary, data=None):
        self.bodies[number - 1] = (dictionary, data)

    def add(self, dictionary, data=None):
        self.bodies.append((dictionary, data))
        return len(self.bodies)

    def stream(self, data, entries=b""):
        return self.add(b"/Filter/FlateDecode" + entries, zlib.compress(data, 6))

    def written(self, catalog, title="", password=None):
        digest = hashlib.md5()
        for dictionary, data in self.bodies:
            digest.update(dictionary + (data or b""))
        name = digest.digest()
        lock = Lock(password, name) if password is not None else None
        encrypt = self.add(lock.dictionary()) if lock else None
        told = ("\ufeff" + title).encode("utf-16-be")
        number = len(self.bodies) + 1
        info = self.add(b"<</Title<" + (lock.closed(number, told) if lock else told).hex().encode() + b">>>")
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, (dictionary, data) in enumerate(self.bodies, 1):
            places.append(len(out))
            out += b"%d 0 obj\n" % number
            if data is None:
                out += dictionary
            else:
                data = lock.closed(number, data) if lock else data
                out += b"<<%s/Length %d>>\nstream\n%s\nendstream" % (dictionary, len(data), data)
            out += b"\nendobj\n"
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        more = b"/Encrypt %d 0 R" % encrypt if encrypt else b""
        out += (b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]%s>>\nstartxref\n%d\n%%%%EOF\n"
                % (len(places) + 1, catalog, info, name.hex().encode(), name.hex().encode(), more, start))
        return bytes(out)


PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def rc4(key, data):
    state = list(range(256))
    other = 0
    for index in range(256):
        other = (other + state[index] + key[index % len(key)]) & 255
        state[index], state[other] = state[other], state[index]
    out = bytearray()
    one = two = 0
    for byte in data:
        one = (one + 1) & 255
        two = (two + state[one]) & 255
        state[one], state[two] = state[two], state[one]
        out.append(byte ^ state[(state[one] + state[two]) & 255])
    return bytes(out)


class Lock:
    """The standard security handler, revision 3 (PDF 1.7, 7.6.3): a password opens the file."""

    def __init__(self, password, name):
        padded = (password.encode("latin-1") + PADDING)[:32]
        # Algorithm 3: the owner's entry, with the same password.
        key = hashlib.md5(padded).digest()
        for _ in range(50):
            key = hashlib.md5(key).digest()
        self.owner = padded
        for turn in range(20):
            self.owner = rc4(bytes(byte ^ turn for byte in key), self.owner)
        # Algorithm 2: the file's key.
        self.key = hashlib.md5(padded + self.owner + struct.pack("<i", -44) + name).digest()
        for _ in range(50):
            self.key = hashlib.md5(self.key).digest()
        # Algorithm 5: the user's entry.
        self.user = hashlib.md5(PADDING + name).digest()
        for turn in range(20):
            self.user = rc4(bytes(byte ^ turn for byte in self.key), self.user)
        self.user += bytes(16)

    def dictionary(self):
        return (f"<</Filter/Standard/V 2/R 3/Length 128/P -44/O<{self.owner.hex()}>/U<{self.user.hex()}>>>").encode()

    def closed(self, number, data):
        key = hashlib.md5(self.key + struct.pack("<I", number)[:3] + b"\0\0").digest()
        return rc4(key, data)
