"""The merchant before its date, a category between date and amount, `Dr` or `Cr` behind every amount, and several card
holders with a sum each; a reward line under some sections that looks like a row."""

from pdf import Pdf
from sheet import Sheet, number, slashed, wrapped

NAME = "kestrel"
CURRENCIES = ["GBP", "KWD", "USD", "SEK"]
MANY = True
FOREIGN = False
TOTALS = ["statement", "holder"]

CATEGORIES = ["Travel", "Food", "Retail", "Services"]


def draw(statement, rows=None):
    pdf = Pdf("Kestrel Cards")
    current = None

    def amount(minor):
        return number(minor, statement.digits) + (" Cr" if minor < 0 else " Dr")

    def begin(sheet):
        page = sheet.page
        page.text(48, 50, "Kestrel Cards", "Helvetica-Bold", 16)
        page.text(547, 50, f"Billing period {slashed(statement.first)} - {slashed(statement.last)}", align="right")
        page.text(547, 64, f"Billing currency {statement.currency}", align="right")
        page.box(44, 78, 507, 15)
        for x, label, align in ((48, "Merchant", "left"), (330, "Date", "left"), (400, "Category", "left"),
                                (547, "Amount", "right")):
            page.text(x, 88, label, "Helvetica-Bold", 8, align)
        y = 108
        if current is not None:
            page.text(48, y, f"Cardholder {current.name} (continued)", "Helvetica-Bold")
            y += 14
        return y

    def end(sheet):
        page = sheet.page
        page.text(48, 812, "Reward points expire", size=7)
        page.text(330, 812, slashed(statement.last), size=7)
        page.text(547, 812, "1,250.00" if statement.digits else "1,250", size=7, align="right")
        page.text(48, 824, f"Sheet {sheet.number} of {{pages}}", size=7)

    sheet = Sheet(pdf, 785, begin, end, rows)
    font = pdf.font("Helvetica")
    for index, holder in enumerate(statement.holders):
        sheet.room(60)
        sheet.down(4)
        sheet.page.text(48, sheet.y, f"Cardholder {holder.name}", "Helvetica-Bold")
        sheet.page.text(330, sheet.y, f"Card number ending {holder.last4}")
        sheet.down(15)
        current = holder
        for number_, row in enumerate(statement.of(index)):
            lines = wrapped(row.merchant, font, 9, 260)
            height = 13 + 11 * (len(lines) - 1)
            sheet.room(height, row=True)
            row.page = sheet.number
            page, y = sheet.page, sheet.y
            for line in lines:
                page.text(48, y, line)
                y += 11
            page.text(330, sheet.y, slashed(row.date))
            page.text(400, sheet.y, CATEGORIES[number_ % 4])
            page.text(547, sheet.y, amount(row.amount), align="right")
            sheet.down(height)
        current = None
        sheet.room(26)
        sheet.page.text(48, sheet.y + 3, f"Subtotal for card ending {holder.last4}", "Helvetica-Bold")
        sheet.page.text(547, sheet.y + 3, amount(statement.total(index)), "Helvetica-Bold", align="right")
        sheet.down(24)
    sheet.room(24)
    sheet.page.line(48, sheet.y - 6, 547)
    sheet.page.text(48, sheet.y + 7, "Amount of all transactions", "Helvetica-Bold", 10)
    sheet.page.text(547, sheet.y + 7, amount(statement.total()), "Helvetica-Bold", 10, "right")
    end(sheet)
    return pdf
