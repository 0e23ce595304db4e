"""American: `Mar 4` with the year only in the period (which may cross New Year), dollars with parentheses around
credits, several card holders, a summary before the rows, and a footer that begins with a date and ends with an amount."""

from pdf import Pdf
from sheet import MONTHS, Sheet, month_day, number, wrapped

NAME = "meridian"
CURRENCIES = ["USD"]
MANY = True
FOREIGN = False
TOTALS = ["statement", "holder"]

BODY, BOLD = "Times-Roman", "Times-Bold"


def draw(statement, rows=None):
    pdf = Pdf("Meridian Commercial Card", (612, 792))
    current = None

    def amount(minor):
        shown = "$" + number(minor, statement.digits)
        return f"({shown})" if minor < 0 else shown

    def full(date):
        return f"{MONTHS[date.month - 1]} {date.day}, {date.year}"

    def begin(sheet):
        page = sheet.page
        page.text(54, 50, "MERIDIAN", BOLD, 16)
        page.text(558, 50, f"Statement period: {full(statement.first)} - {full(statement.last)}", BODY, 10, "right")
        y = 78
        if sheet.number == 1:
            page.text(54, y, "Account summary (all amounts in U.S. dollars, USD)", BOLD, 11)
            charges = sum(row.amount for row in statement.rows if row.amount > 0)
            credits = sum(row.amount for row in statement.rows if row.amount < 0)
            for label, value in (("Previous balance", statement.before), ("Purchases", charges),
                                 ("Payments and credits", credits),
                                 ("New balance", statement.before + charges + credits)):
                y += 14
                page.text(70, y, label, BODY, 10)
                page.text(300, y, amount(value), BODY, 10, "right")
            y += 26
        page.line(54, y - 11, 558)
        page.text(54, y, "Trans. Date", BOLD, 9)
        page.text(124, y, "Post Date", BOLD, 9)
        page.text(190, y, "Merchant Name", BOLD, 9)
        page.text(558, y, "Amount", BOLD, 9, "right")
        page.line(54, y + 4, 558)
        if current is not None:
            y += 16
            page.text(54, y, f"{current.name} (continued)", BOLD, 10)
        return y + 18

    def end(sheet):
        page = sheet.page
        page.text(54, 756, month_day(statement.last), BODY, 8)
        page.text(124, 756, "Late payment warning: a late fee of up to", BODY, 8)
        page.text(558, 756, "$40.00", BODY, 8, "right")
        page.text(306, 770, f"{sheet.number} / {{pages}}", BODY, 8, "middle")

    sheet = Sheet(pdf, 730, begin, end, rows)
    font = pdf.font(BODY)
    for index, holder in enumerate(statement.holders):
        sheet.room(60)
        sheet.page.text(54, sheet.y, holder.name, BOLD, 10)
        sheet.page.text(558, sheet.y, f"Card ending in {holder.last4}", BODY, 10, "right")
        sheet.down(15)
        current = holder
        for row in statement.of(index):
            lines = wrapped(row.merchant, font, 10, 260)
            height = 14 + 12 * (len(lines) - 1)
            sheet.room(height, row=True)
            row.page = sheet.number
            page, y = sheet.page, sheet.y
            page.text(54, y, month_day(row.date), BODY, 10, style="kerned")
            page.text(124, y, month_day(row.posted), BODY, 10, style="kerned")
            page.text(558, y, amount(row.amount), BODY, 10, "right")
            for line in lines:
                page.text(190, y, line, BODY, 10, style="kerned")
                y += 12
            sheet.down(height)
        current = None
        sheet.room(30)
        sheet.page.text(190, sheet.y + 2, f"Total for {holder.name}", BOLD, 10)
        sheet.page.text(558, sheet.y + 2, amount(statement.total(index)), BOLD, 10, "right")
        sheet.down(26)
    sheet.room(24)
    sheet.page.text(54, sheet.y, "Total new activity, all cards", BOLD, 11)
    sheet.page.text(558, sheet.y, amount(statement.total()), BOLD, 11, "right")
    end(sheet)
    return pdf
