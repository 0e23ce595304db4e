"""International: `04 Mar` with the year only in the period, a column with the foreign amount and a line with its rate,
a minus before credits, currencies without digits and with three. The file holds column after column, not row after row."""

from pdf import Pdf
from sheet import Sheet, day_month, long, number, wrapped
from words import CURRENCIES as DIGITS

NAME = "globex"
CURRENCIES = ["JPY", "KWD", "EUR", "SEK", "GBP"]
MANY = False
FOREIGN = True
TOTALS = ["statement"]


def draw(statement, rows=None):
    pdf = Pdf("Globex International")
    holder = statement.holders[0]
    waiting = {}

    def amount(minor, digits=statement.digits):
        return ("-" if minor < 0 else "") + number(minor, digits)

    def cell(column, *arguments, **more):
        waiting.setdefault(column, []).append((arguments, more))

    def begin(sheet):
        page = sheet.page
        page.text(40, 44, "GLOBEX", "Helvetica-Bold", 18)
        page.text(555, 44, f"From {long(statement.first)} to {long(statement.last)}", align="right")
        page.text(40, 64, f"Cardmember {holder.name}   Account ending {holder.last4}")
        page.text(555, 64, f"Account currency: {statement.currency}", align="right")
        for x, label, align in ((40, "Date", "left"), (90, "Details", "left"), (440, "Foreign amount", "right"),
                                (555, statement.currency, "right")):
            page.text(x, 90, label, "Helvetica-Bold", 8, align)
        return 106

    def end(sheet):
        for column in ("date", "details", "foreign", "amount"):
            for arguments, more in waiting.pop(column, []):
                sheet.page.text(*arguments, **more)
        sheet.page.text(40, 822, f"Globex SA, 12 Rue du Marché, L-1728 Luxembourg · page {sheet.number}", size=7)

    sheet = Sheet(pdf, 790, begin, end, rows)
    font = pdf.font("Helvetica")
    for row in statement.rows:
        lines = wrapped(row.merchant, font, 9, 250)
        height = 13 + 11 * (len(lines) - 1) + (11 if row.original else 0)
        sheet.room(height, row=True)
        row.page = sheet.number
        y = sheet.y
        cell("date", 40, y, day_month(row.date))
        cell("amount", 555, y, amount(row.amount), align="right")
        for line in lines:
            cell("details", 90, y, line)
            y += 11
        if row.original:
            paid, other = row.original
            cell("foreign", 440, sheet.y, f"{number(paid, DIGITS[other][0])} {other}", align="right")
            cell("details", 90, y, f"Exchange rate 1 {other} = {row.rate} {statement.currency}", size=8)
        sheet.down(height)
    sheet.room(40)
    sheet.page.line(90, sheet.y - 4, 555)
    sheet.page.text(90, sheet.y + 8, f"Total in {statement.currency} for this period", "Helvetica-Bold")
    sheet.page.text(555, sheet.y + 8, amount(statement.total()), "Helvetica-Bold", align="right")
    end(sheet)
    return pdf
