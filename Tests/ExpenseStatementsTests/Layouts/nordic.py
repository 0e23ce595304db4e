"""The merchant first, centred dates with capital months, `D` and `C` behind amounts, a head of two lines, a balance whose
head says nothing, what is carried to the next page in words of its own, and a total that no word calls one."""

from pdf import Pdf
from sheet import MONTHS, Sheet, number, wrapped

NAME = "nordic"
CURRENCIES = ["SEK", "EUR", "KWD", "JPY"]
MANY = False
FOREIGN = False
TOTALS = ["statement"]


def draw(statement, rows=None):
    pdf = Pdf("Nordic Card")
    holder = statement.holders[0]
    running = statement.before

    def amount(minor):
        return number(minor, statement.digits) + (" C" if minor < 0 else " D")

    def day(date):
        return f"{date.day:02}-{MONTHS[date.month - 1].upper()}-{date.year % 100:02}"

    def begin(sheet):
        page = sheet.page
        page.text(50, 40, "Nordic Card", "Helvetica-Bold", 14)
        page.text(50, 56, f"Name on card: {holder.name}")
        page.text(50, 70, f"Card: x{holder.last4}")
        page.text(545, 56, f"Billing currency {statement.currency}", align="right")
        for x, y, label, align in ((50, 90, "Merchant", "left"), (330, 90, "Purchased", "middle"),
                                   (330, 99, "on date", "middle"), (460, 90, "Amount", "right"), (545, 90, "Running", "right")):
            page.text(x, y, label, "Helvetica-Bold", 8, align)
        return 115

    def end(sheet):
        sheet.page.text(50, 800, "Amount carried to the next sheet")
        sheet.page.text(460, 800, amount(running - statement.before), align="right")
        foot(sheet)

    def foot(sheet):
        sheet.page.text(297, 815, f"- {sheet.number} -", size=7, align="middle")

    sheet = Sheet(pdf, 780, begin, end, rows)
    font = pdf.font("Helvetica")
    for row in statement.rows:
        lines = wrapped(row.merchant, font, 9, 230)
        height = 14 + 11 * (len(lines) - 1)
        sheet.room(height, row=True)
        row.page = sheet.number
        page, y = sheet.page, sheet.y
        running += row.amount
        page.text(460, y, amount(row.amount), align="right")
        page.text(330, y, day(row.date), align="middle")
        page.text(545, y, number(running, statement.digits), align="right")
        for line in lines:
            page.text(50, y, line)
            y += 11
        sheet.down(height)
    sheet.room(30)
    sheet.page.text(50, sheet.y + 4, "Everything you bought and paid")
    sheet.page.text(460, sheet.y + 4, amount(statement.total()), align="right")
    foot(sheet)
    return pdf
