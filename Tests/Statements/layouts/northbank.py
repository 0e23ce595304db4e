"""British: one column of amounts with `CR` behind credits, a posting date beside the date, long merchants over several
lines, a balance carried forward on every page, and a footer that looks like a row."""

from pdf import Pdf
from sheet import Sheet, long, number, slashed, wrapped

NAME = "northbank"
CURRENCIES = ["GBP", "GBP", "EUR", "DKK"]
MANY = False
FOREIGN = False
TOTALS = ["statement"]


def draw(statement, rows=None):
    pdf = Pdf(f"Card statement {slashed(statement.last)}")
    symbol = {"GBP": "£"}.get(statement.currency, "")
    holder = statement.holders[0]
    running = statement.before

    def amount(minor):
        return number(minor, statement.digits) + (" CR" if minor < 0 else "")

    def begin(sheet):
        page = sheet.page
        page.text(50, 50, "NORTHBANK plc", "Helvetica-Bold", 14)
        page.text(545, 50, "Business Card", size=11, align="right")
        y = 70
        if sheet.number == 1:
            page.text(50, 80, holder.name, "Helvetica-Bold", 10)
            page.text(50, 94, f"Card number XXXX XXXX XXXX {holder.last4}")
            page.text(50, 108, f"Statement period: {slashed(statement.first)} to {slashed(statement.last)}")
            page.text(50, 122, f"All amounts in {statement.currency}")
            page.text(350, 80, "Your account summary", "Helvetica-Bold")
            for place, (label, value) in enumerate([
                    ("Previous balance", statement.before), ("Credit limit", 10 ** (statement.digits + 4)),
                    ("Available to spend", 10 ** (statement.digits + 3) * 7)]):
                page.text(350, 94 + 13 * place, label)
                page.text(545, 94 + 13 * place, symbol + amount(value), align="right")
            y = 150
        page.box(46, y - 2, 503, 16)
        for x, label in ((50, "Date"), (112, "Posted"), (174, "Description")):
            page.text(x, y + 9, label, "Helvetica-Bold", 8)
        page.text(545, y + 9, f"Amount {symbol}".strip(), "Helvetica-Bold", 8, "right")
        y += 26
        if sheet.number > 1:
            page.text(174, y, "Balance brought forward")
            page.text(545, y, amount(running), align="right")
            y += 13
        return y

    def end(sheet):
        page = sheet.page
        if page is not last:
            page.text(174, sheet.y, "Balance carried forward")
            page.text(545, sheet.y, amount(running), align="right")
        page.line(50, 800, 545)
        page.text(50, 812, f"{slashed(statement.last)}  Minimum payment due", size=7)
        page.text(545, 812, f"{symbol}25.00" if statement.digits else f"{symbol}25", size=7, align="right")
        page.text(297, 824, f"Page {sheet.number} of {{pages}}", size=7, align="middle")

    last = None
    sheet = Sheet(pdf, 775, begin, end, rows)
    font = pdf.font("Helvetica")
    for row in statement.rows:
        lines = wrapped(row.merchant, font, 9, 270)
        sheet.room(13 + 11 * (len(lines) - 1), row=True)
        row.page = sheet.number
        sheet.page.text(50, sheet.y, slashed(row.date))
        sheet.page.text(112, sheet.y, slashed(row.posted))
        sheet.page.text(545, sheet.y, amount(row.amount), align="right")
        for place, line in enumerate(lines):
            sheet.page.text(174, sheet.y + 11 * place, line)
        sheet.down(13 + 11 * (len(lines) - 1))
        running += row.amount
    sheet.room(40)
    sheet.page.line(174, sheet.y - 6, 545)
    sheet.page.text(174, sheet.y + 6, "Total of transactions", "Helvetica-Bold")
    sheet.page.text(545, sheet.y + 6, amount(statement.total()), "Helvetica-Bold", align="right")
    sheet.page.text(174, sheet.y + 20, f"New balance on {long(statement.last)}")
    sheet.page.text(545, sheet.y + 20, amount(running), align="right")
    last = sheet.page
    end(sheet)
    return pdf
