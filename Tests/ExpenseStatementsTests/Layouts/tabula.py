"""Swiss: apostrophes between thousands, days without a year and without noughts, credits before debits, a reference number
between date and merchant, and sums in words that are no sums."""

from pdf import Pdf
from sheet import Sheet, dotted, number, wrapped

NAME = "tabula"
CURRENCIES = ["CHF", "EUR"]
MANY = True
FOREIGN = False
TOTALS = ["statement", "holder"]

BODY, BOLD = "Times-Roman", "Times-Bold"


def draw(statement, rows=None):
    pdf = Pdf("Kreditkartenabrechnung")

    def place(page, y, minor, font=BODY):
        page.text(545 if minor >= 0 else 470, y, number(minor, statement.digits, ".", "'"), font, align="right")

    def day(date):
        return f"{date.day}.{date.month}."

    def begin(sheet):
        page = sheet.page
        page.text(50, 40, "Tabula Bank AG", BOLD, 14)
        page.text(50, 56, f"Kreditkartenabrechnung vom {dotted(statement.first)} bis zum {dotted(statement.last)}", BODY)
        page.text(50, 68, f"Alle Beträge in {statement.currency}", BODY)
        for x, label, align in ((50, "Einkauf", "left"), (100, "Valuta", "left"), (150, "Beleg-Nr.", "left"),
                                (220, "Händler", "left"), (470, "Gutschrift", "right"), (545, "Belastung", "right")):
            page.text(x, 90, label, BOLD, 9, align)
        return 110

    def end(sheet):
        sheet.page.text(50, 815, f"Blatt {sheet.number}/{{pages}} · Tabula Bank AG, Postfach 1201, 8021 Zürich · "
                                 f"Stand {dotted(statement.last)}", size=7)

    sheet = Sheet(pdf, 780, begin, end, rows)
    font = pdf.font(BODY)
    for index, holder in enumerate(statement.holders):
        sheet.room(60)
        sheet.page.text(50, sheet.y, f"Inhaber {holder.name}, Karte endend auf {holder.last4}", BOLD, 10)
        sheet.down(16)
        for row in statement.of(index):
            lines = wrapped(row.merchant, font, 9, 180)
            height = 13 + 11 * (len(lines) - 1)
            sheet.room(height, row=True)
            row.page = sheet.number
            page, y = sheet.page, sheet.y
            place(page, y, row.amount)
            page.text(50, y, day(row.date), BODY)
            page.text(100, y, day(row.posted), BODY)
            page.text(150, y, row.reference[:8], BODY)
            for line in lines:
                page.text(220, y, line, BODY)
                y += 11
            sheet.down(height)
        sheet.room(24)
        sheet.page.text(220, sheet.y, "Zwischentotal", BOLD)
        place(sheet.page, sheet.y, statement.total(index), BOLD)
        sheet.down(20)
    sheet.room(30)
    sheet.page.text(220, sheet.y, "Saldo zu unseren Gunsten", BOLD)
    place(sheet.page, sheet.y, statement.total(), BOLD)
    end(sheet)
    return pdf
