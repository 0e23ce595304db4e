"""Rows flowing over pages, and the ways in which banks write numbers and dates."""

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
LONG_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
               "November", "December"]


def number(minor, digits, point=".", group=","):
    """The amount without its sign, in groups of three digits."""
    minor = abs(minor)
    return f"{minor // 10 ** digits:,}".replace(",", group) + (f"{point}{minor % 10 ** digits:0{digits}}" if digits else "")


def slashed(date):
    return f"{date.day:02}/{date.month:02}/{date.year}"


def american(date):
    return f"{date.month:02}/{date.day:02}/{date.year}"


def dotted(date):
    return f"{date.day:02}.{date.month:02}.{date.year}"


def day_month(date):
    return f"{date.day:02} {MONTHS[date.month - 1]}"


def month_day(date):
    return f"{MONTHS[date.month - 1]} {date.day}"


def long(date):
    return f"{date.day} {LONG_MONTHS[date.month - 1]} {date.year}"


def wrapped(text, font, size, width):
    """The text in lines no wider than that."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and font.measure(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


class Sheet:
    """Goes down a page and begins the next when a row does not fit, or when a page has its number of rows."""

    def __init__(self, pdf, bottom, begin, end=lambda sheet: None, rows=None):
        self.pdf = pdf
        self.bottom = bottom
        self.begin = begin
        self.end = end
        self.rows = rows
        self.page = None
        self.turn()

    def turn(self):
        """Begins a page: `end` closes the one before, `begin` prints what stands above and returns where rows begin."""
        if self.page:
            self.end(self)
        self.page = self.pdf.page()
        self.count = 0
        self.y = self.begin(self)

    @property
    def number(self):
        return len(self.pdf.pages)

    def room(self, height, row=False):
        """Turns the page when that much does not fit; a row counts, other things do not."""
        if self.y + height > self.bottom or (row and self.rows and self.count >= self.rows):
            self.turn()
        self.count += row

    def down(self, height):
        self.y += height
