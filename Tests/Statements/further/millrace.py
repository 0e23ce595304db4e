"""Merchants before dates before amounts; `2026-03-04`; `+` before credits; the card on one line and who holds it on the
next; sums that are called by no word for a sum; a dated line with an amount at the foot of every page."""

from pdf import Pdf
from sheet import Sheet, number, wrapped

NAME = "millrace"
CURRENCIES = ["GBP", "USD", "EUR", "CHF"]
MANY = True
FOREIGN = False
TOTALS = ["statement", "holder"]


def draw(statement, rows=None):
    pdf = Pdf("Millrace Corporate", (595, 842))
    current = None

    def amount(minor):
        return ("+" if minor < 0 else "") + number(minor, statement.digits)

    def begin(sheet):
        page = sheet.page
        page.text(52, 50, "MILLRACE CORPORATE CARDS", "Helvetica-Bold", 13)
        page.text(540, 50, f"Leaf {sheet.number} of {{pages}}", size=8, align="right")
        y = 80
        if sheet.number == 1:
            page.text(52, 66, f"From {statement.first.isoformat()} until {statement.last.isoformat()}")
            page.text(540, 66, f"All figures in {statement.currency}", align="right")
            y = 96
        page.text(52, y, "Merchant", "Helvetica-Bold", 9)
        page.text(350, y, "Date of purchase", "Helvetica-Bold", 9)
        page.text(540, y, "Amount", "Helvetica-Bold", 9, "right")
        page.line(52, y + 4, 540)
        if current is not None:
            page.text(52, y + 18, f"{current.name} (continued)", "Helvetica-Bold", 9)
            y += 16
        return y + 20

    def end(sheet):
        page = sheet.page
        page.text(52, 806, "Your direct debit will be taken", size=9)
        page.text(350, 806, statement.last.isoformat(), size=9)
        page.text(540, 806, number(35 * 10 ** statement.digits, statement.digits), size=9, align="right")

    sheet = Sheet(pdf, 780, begin, end, rows)
    font = pdf.font("Helvetica")
    for index, holder in enumerate(statement.holders):
        sheet.room(74)
        sheet.page.text(52, sheet.y, f"Card •••• •••• •••• {holder.last4}", "Helvetica-Bold", 9)
        sheet.page.text(52, sheet.y + 13, f"Used by {holder.name}", "Helvetica-Bold", 9)
        sheet.down(30)
        current = holder
        for row in statement.of(index):
            lines = wrapped(row.merchant, font, 9, 250)
            height = 14 + 11 * (len(lines) - 1)
            sheet.room(height, row=True)
            row.page = sheet.number
            page, y = sheet.page, sheet.y
            page.text(350, y, row.date.isoformat())
            page.text(540, y, amount(row.amount), align="right")
            for line in lines:
                page.text(52, y, line)
                y += 11
            sheet.down(height)
        current = None
        sheet.room(30)
        sheet.page.text(52, sheet.y + 4, f"{holder.name} comes to", "Helvetica-Bold", 9)
        sheet.page.text(540, sheet.y + 4, amount(statement.total(index)), "Helvetica-Bold", 9, "right")
        sheet.down(28)
    sheet.room(24)
    sheet.page.text(52, sheet.y + 4, "Everything together comes to", "Helvetica-Bold", 10)
    sheet.page.text(540, sheet.y + 4, amount(statement.total()), "Helvetica-Bold", 10, "right")
    end(sheet)
    return pdf
