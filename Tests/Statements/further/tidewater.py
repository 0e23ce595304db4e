"""Amounts before dates before merchants; `4 Mar 2026`; a real minus sign before credits; several card holders; what was
paid abroad in parentheses below its row; letters moved inside strings."""

from pdf import Pdf
from sheet import MONTHS, Sheet, long, number, wrapped
from words import CURRENCIES as DIGITS

NAME = "tidewater"
CURRENCIES = ["GBP", "EUR", "USD", "JPY"]
MANY = True
FOREIGN = True
TOTALS = ["statement", "holder"]


def draw(statement, rows=None):
    pdf = Pdf("Tidewater Business")
    current = None

    def amount(minor):
        return ("−" if minor < 0 else "") + number(minor, statement.digits)

    def short(date):
        return f"{date.day} {MONTHS[date.month - 1]} {date.year}"

    def begin(sheet):
        page = sheet.page
        page.text(60, 56, "Tidewater Building Society", "Times-Bold", 15)
        page.text(60, 74, f"Entries from {long(statement.first)} until {long(statement.last)}", "Times-Roman", 10)
        y = 100
        if sheet.number == 1:
            page.text(60, y, f"Amounts are shown in {statement.currency}. A minus sign is money paid back to you.",
                      "Times-Roman", 10)
            y += 14
            page.text(60, y, "Balance at the start", "Times-Roman", 10)
            page.text(300, y, amount(statement.before), "Times-Roman", 10, "right")
            y += 26
        page.text(130, y, "Amount", "Times-Bold", 9, "right")
        page.text(150, y, "Date", "Times-Bold", 9)
        page.text(225, y, "Where", "Times-Bold", 9)
        page.line(60, y + 4, 540)
        if current is not None:
            page.text(60, y + 18, f"{current.name}, continued", "Times-Bold", 10)
            y += 16
        return y + 20

    def end(sheet):
        page = sheet.page
        page.text(130, 810, number(10 ** (statement.digits + 4), statement.digits), "Times-Roman", 8, "right")
        page.text(150, 810, short(statement.last), "Times-Roman", 8)
        page.text(225, 810, f"Your limit after this statement, sheet {sheet.number} of {{pages}}", "Times-Roman", 8)

    sheet = Sheet(pdf, 785, begin, end, rows)
    font = pdf.font("Times-Roman")
    for index, holder in enumerate(statement.holders):
        sheet.room(60)
        sheet.page.text(60, sheet.y, f"Spending by {holder.name}, card •••• {holder.last4}", "Times-Bold", 10)
        sheet.down(16)
        current = holder
        for row in statement.of(index):
            lines = wrapped(row.merchant, font, 10, 240)
            height = 14 + 12 * (len(lines) - 1) + (12 if row.original else 0)
            sheet.room(height, row=True)
            row.page = sheet.number
            page, y = sheet.page, sheet.y
            page.text(130, y, amount(row.amount), "Times-Roman", 10, "right")
            page.text(150, y, short(row.date), "Times-Roman", 10, style="kerned")
            for line in lines:
                page.text(225, y, line, "Times-Roman", 10, style="kerned")
                y += 12
            if row.original:
                paid, other = row.original
                page.text(225, y, f"({number(paid, DIGITS[other][0])} {other} at {row.rate})", "Times-Roman", 9)
            sheet.down(height)
        current = None
        sheet.room(30)
        sheet.page.text(130, sheet.y + 3, amount(statement.total(index)), "Times-Bold", 10, "right")
        sheet.page.text(225, sheet.y + 3, f"Sum of entries for {holder.name}", "Times-Bold", 10)
        sheet.down(26)
    sheet.room(24)
    sheet.page.line(60, sheet.y - 8, 540)
    sheet.page.text(130, sheet.y + 6, amount(statement.total()), "Times-Bold", 11, "right")
    sheet.page.text(225, sheet.y + 6, "Sum of all entries", "Times-Bold", 11)
    end(sheet)
    return pdf
