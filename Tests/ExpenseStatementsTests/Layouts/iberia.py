"""Spanish: the amount first, a minus before charges and a plus before credits, two digits of the year, sections by card,
sums whose words stand behind them."""

from pdf import Pdf
from sheet import Sheet, number, wrapped
from words import CURRENCIES as DIGITS

NAME = "iberia"
CURRENCIES = ["EUR"]
MANY = True
FOREIGN = True
TOTALS = ["statement", "holder"]

MONTHS = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
          "diciembre"]


def draw(statement, rows=None):
    pdf = Pdf("Extracto de tarjetas")
    current = None

    def amount(minor):
        return ("+" if minor < 0 else "-") + number(minor, statement.digits, ",", ".")

    def day(date):
        return f"{date.day:02}-{date.month:02}-{date.year % 100:02}"

    def full(date):
        return f"{date.day} de {MONTHS[date.month - 1]} de {date.year}"

    def heading(page, y, holder, more=""):
        page.text(50, y, f"Tarjeta 4929 XXXX XXXX {holder.last4} a nombre de {holder.name}{more}", "Helvetica-Bold")

    def begin(sheet):
        page = sheet.page
        page.text(50, 40, "Banco del Sur", "Helvetica-Bold", 14)
        page.text(50, 56, f"Extracto del {full(statement.first)} al {full(statement.last)}")
        page.text(545, 56, f"Moneda: {statement.currency}", align="right")
        page.text(120, 84, "Importe", "Helvetica-Bold", 8, "right")
        page.text(140, 84, "F. operación", "Helvetica-Bold", 8)
        page.text(210, 84, "Establecimiento", "Helvetica-Bold", 8)
        if current is None:
            return 104
        heading(page, 104, current, " (continuación)")
        return 122

    def end(sheet):
        sheet.page.text(50, 815, f"Página {sheet.number} de {{pages}}", size=7)

    sheet = Sheet(pdf, 780, begin, end, rows)
    font = pdf.font("Helvetica")
    for index, holder in enumerate(statement.holders):
        sheet.room(60)
        heading(sheet.page, sheet.y, holder)
        sheet.down(16)
        current = holder
        for row in statement.of(index):
            lines = wrapped(row.merchant, font, 9, 250)
            height = 13 + 11 * (len(lines) - 1) + (11 if row.original else 0)
            sheet.room(height, row=True)
            row.page = sheet.number
            page, y = sheet.page, sheet.y
            page.text(120, y, amount(row.amount), align="right")
            page.text(140, y, day(row.date))
            for line in lines:
                page.text(210, y, line)
                y += 11
            if row.original:
                paid, other = row.original
                page.text(210, y, f"Importe divisa {number(paid, DIGITS[other][0], ',', '.')} {other}"
                                  f" - Tipo de cambio {row.rate.replace('.', ',')}", size=8)
            sheet.down(height)
        current = None
        sheet.room(24)
        sheet.page.text(120, sheet.y, amount(statement.total(index)), align="right")
        sheet.page.text(210, sheet.y, "Suma de la tarjeta")
        sheet.down(20)
    sheet.room(30)
    sheet.page.text(120, sheet.y, amount(statement.total()), align="right")
    sheet.page.text(210, sheet.y, "A cargar en su cuenta")
    end(sheet)
    return pdf
