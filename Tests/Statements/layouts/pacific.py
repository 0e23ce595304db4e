"""American, by sections: payments and credits first, then purchases, each with a sum of its own; month first in dates,
a column of long reference numbers, a minus before the dollar sign, and the net total in the box on the first page."""

from pdf import Pdf
from sheet import Sheet, american, number, wrapped

NAME = "pacific"
CURRENCIES = ["USD", "CAD"]
MANY = False
FOREIGN = False
TOTALS = ["statement"]


def draw(statement, rows=None):
    pdf = Pdf("Pacific Rewards Visa", (612, 792))
    holder = statement.holders[0]

    def amount(minor):
        return ("-$" if minor < 0 else "$") + number(minor, statement.digits)

    def begin(sheet):
        page = sheet.page
        page.text(50, 46, "Pacific Federal", "Helvetica-Bold", 14)
        page.text(562, 46, f"Page {sheet.number} of {{pages}}", size=8, align="right")
        page.text(50, 62, f"{holder.name}  |  Account number ending in {holder.last4}  |  "
                          f"{american(statement.first)} - {american(statement.last)}", size=9)
        y = 84
        if sheet.number == 1:
            page.box(50, 76, 512, 46, 0.95)
            page.text(60, 92, f"Previous balance ({statement.currency})")
            page.text(300, 92, amount(statement.before), align="right")
            page.text(330, 92, "Cash advance limit")
            page.text(552, 92, "$2,000.00", align="right")
            page.text(60, 110, "Total activity this period", "Helvetica-Bold")
            page.text(300, 110, amount(statement.total()), "Helvetica-Bold", align="right")
            page.text(330, 110, "Payment due date")
            page.text(552, 110, american(statement.last), align="right")
            y = 142
        for x, label, align in ((50, "Date", "left"), (112, "Reference", "left"), (190, "Description", "left"),
                                (562, "Amount", "right")):
            page.text(x, y, label, "Helvetica-Bold", 8, align)
        page.line(50, y + 3, 562)
        return y + 18

    def end(sheet):
        sheet.page.text(50, 770, "Questions? Call 1-800-555-0142 or write to PO Box 1201, Tacoma WA 98401-1201", size=7)

    sheet = Sheet(pdf, 745, begin, end, rows)
    font = pdf.font("Helvetica")
    for label, of in (("Payments and other credits", lambda row: row.amount < 0), ("Purchases", lambda row: row.amount >= 0)):
        section = [row for row in statement.rows if of(row)]
        if not section:
            continue
        sheet.room(40)
        sheet.page.text(50, sheet.y, label, "Helvetica-Bold", 10)
        sheet.down(14)
        for row in section:
            lines = wrapped(row.merchant, font, 8.5, 270)
            height = 12 + 10 * (len(lines) - 1)
            sheet.room(height, row=True)
            row.page = sheet.number
            page, y = sheet.page, sheet.y
            page.text(50, y, american(row.date), size=8.5)
            page.text(112, y, row.reference, size=8.5)
            page.text(562, y, amount(row.amount), size=8.5, align="right")
            for line in lines:
                page.text(190, y, line, size=8.5)
                y += 10
            sheet.down(height)
        sheet.room(24)
        sheet.page.text(190, sheet.y + 2, f"{label} subtotal", size=8.5)
        sheet.page.text(562, sheet.y + 2, amount(sum(row.amount for row in section)), size=8.5, align="right")
        sheet.down(22)
    end(sheet)
    return pdf
