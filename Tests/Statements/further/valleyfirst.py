"""Money in before money out, both before the description, and a balance at the end of each row; `Mar 4` with the year in
the period; a dated footer with an amount."""

from pdf import Pdf
from sheet import MONTHS, Sheet, month_day, number, wrapped

NAME = "valleyfirst"
CURRENCIES = ["USD", "CAD", "KWD", "GBP"]
MANY = False
FOREIGN = False
TOTALS = ["statement"]


def draw(statement, rows=None):
    pdf = Pdf("Valley First", (612, 792))
    holder = statement.holders[0]
    running = statement.before

    def figure(minor):
        return ("-" if minor < 0 else "") + number(minor, statement.digits)

    def full(date):
        return f"{MONTHS[date.month - 1]} {date.day}, {date.year}"

    def place(page, y, minor, font="Helvetica"):
        page.text(170 if minor < 0 else 250, y, number(minor, statement.digits), font, 9, "right")

    def begin(sheet):
        page = sheet.page
        page.text(48, 48, "VALLEY FIRST CREDIT UNION", "Helvetica-Bold", 12)
        page.text(564, 48, f"{sheet.number}/{{pages}}", size=8, align="right")
        page.text(48, 66, f"Statement for {full(statement.first)} to {full(statement.last)}")
        page.text(564, 66, f"Card ****{holder.last4}", align="right")
        y = 92
        if sheet.number == 1:
            page.text(48, 82, f"Account holder: {holder.name}", "Helvetica-Bold")
            page.text(564, 82, f"Currency {statement.currency}", align="right")
            y = 108
        page.box(44, y - 10, 524, 15)
        for x, label, align in ((48, "Date", "left"), (170, "Money in", "right"), (250, "Money out", "right"),
                                (270, "Description", "left"), (564, "Balance owed", "right")):
            page.text(x, y, label, "Helvetica-Bold", 8, align)
        if sheet.number == 1:
            page.text(270, y + 16, "Owed at the beginning")
            page.text(564, y + 16, figure(running), align="right")
            y += 14
        return y + 16

    def end(sheet):
        sheet.page.text(48, 764, month_day(statement.last), size=8)
        sheet.page.text(250, 764, f"{number(25 * 10 ** statement.digits, statement.digits)}", size=8, align="right")
        sheet.page.text(270, 764, "Fee for a payment that comes late", size=8)

    sheet = Sheet(pdf, 745, begin, end, rows)
    font = pdf.font("Helvetica")
    for row in statement.rows:
        lines = wrapped(row.merchant, font, 9, 210)
        height = 14 + 11 * (len(lines) - 1)
        sheet.room(height, row=True)
        row.page = sheet.number
        running += row.amount
        page, y = sheet.page, sheet.y
        page.text(48, y, month_day(row.date))
        place(page, y, row.amount)
        page.text(564, y, figure(running), align="right")
        for line in lines:
            page.text(270, y, line, style="words")
            y += 11
        sheet.down(height)
    sheet.room(40)
    sheet.page.line(90, sheet.y - 6, 564)
    total = statement.total()
    place(sheet.page, sheet.y + 6, total, "Helvetica-Bold")
    sheet.page.text(270, sheet.y + 6, "Net spend this period", "Helvetica-Bold")
    sheet.page.text(270, sheet.y + 20, "Owed at the end")
    sheet.page.text(564, sheet.y + 20, figure(running), align="right")
    end(sheet)
    return pdf
