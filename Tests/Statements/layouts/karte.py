"""German: dotted dates, decimal comma, a minus behind credits, several card holders in one file with a total each, lines
with the foreign amount and its rate below a row, wrapped merchants; words are placed one by one."""

from pdf import Pdf
from sheet import Sheet, dotted, number, wrapped

NAME = "karte"
CURRENCIES = ["EUR", "EUR", "CHF", "PLN"]
MANY = True
FOREIGN = True
TOTALS = ["statement", "holder"]


def draw(statement, rows=None):
    pdf = Pdf("Kreditkartenabrechnung")
    current = None

    def amount(minor, digits=statement.digits):
        return number(minor, digits, ",", ".") + ("-" if minor < 0 else "")

    def heading(page, y, holder, more=False):
        page.text(50, y, f"Karteninhaber: {holder.name}" + (" (Fortsetzung)" if more else ""), "Helvetica-Bold", 9)
        page.text(545, y, f"Karte **** **** **** {holder.last4}", align="right")

    def begin(sheet):
        page = sheet.page
        page.text(50, 50, "Rheinkarte AG · Abrechnung", "Helvetica-Bold", 13)
        page.text(545, 50, f"Seite {sheet.number}", align="right")
        page.text(50, 66, f"Abrechnungszeitraum {dotted(statement.first)} - {dotted(statement.last)}")
        page.text(545, 66, f"Währung: {statement.currency}", align="right")
        page.line(50, 76, 545)
        page.text(50, 88, "Datum", "Helvetica-Bold", 8)
        page.text(115, 88, "Buchung", "Helvetica-Bold", 8)
        page.text(180, 88, "Verwendungszweck", "Helvetica-Bold", 8)
        page.text(545, 88, f"Betrag in {statement.currency}", "Helvetica-Bold", 8, "right")
        if current is None:
            return 106
        heading(page, 106, current, more=True)
        return 122

    def end(sheet):
        page = sheet.page
        page.text(50, 806, f"Nächste Abbuchung am {dotted(statement.last)} von IBAN DE02 1203 0000 0000 2020 51", size=7)
        page.text(50, 816, "Ein Minuszeichen hinter dem Betrag ist eine Gutschrift.", size=7)

    sheet = Sheet(pdf, 780, begin, end, rows)
    font = pdf.font("Helvetica")
    for index, holder in enumerate(statement.holders):
        sheet.room(60)
        sheet.down(6)
        heading(sheet.page, sheet.y, holder)
        sheet.down(16)
        current = holder
        for row in statement.of(index):
            lines = wrapped(row.merchant, font, 9, 230)
            height = 13 + 11 * (len(lines) - 1) + (11 if row.original else 0)
            sheet.room(height, row=True)
            row.page = sheet.number
            page, y = sheet.page, sheet.y
            page.text(50, y, dotted(row.date), style="words")
            page.text(115, y, dotted(row.posted), style="words")
            page.text(545, y, amount(row.amount), align="right")
            for line in lines:
                page.text(180, y, line, style="words")
                y += 11
            if row.original:
                paid, other = row.original
                digits = len(row.rate.partition(".")[2])
                rate = number(int(row.rate.replace(".", "")), digits, ",", ".")
                page.text(180, y, f"{other} {number(paid, digits_of(other), ',', '.')}  Kurs {rate}", size=8, style="words")
            sheet.down(height)
        current = None
        sheet.room(24)
        sheet.page.line(400, sheet.y - 6, 545)
        sheet.page.text(180, sheet.y + 5, f"Summe Karte {holder.last4}", "Helvetica-Bold")
        sheet.page.text(545, sheet.y + 5, amount(statement.total(index)), "Helvetica-Bold", align="right")
        sheet.down(22)
    sheet.room(30)
    sheet.page.line(180, sheet.y - 4, 545, 1)
    sheet.page.text(180, sheet.y + 9, "Gesamtsumme der Umsätze", "Helvetica-Bold", 10)
    sheet.page.text(545, sheet.y + 9, amount(statement.total()), "Helvetica-Bold", 10, "right")
    end(sheet)
    return pdf


def digits_of(currency):
    from words import CURRENCIES

    return CURRENCIES[currency][0]
