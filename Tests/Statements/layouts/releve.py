"""French: debit and credit columns with spaces between thousands and a decimal comma, several card holders, the amount
on the last line of a wrapped merchant, totals of all cards in a table at the end."""

from pdf import Pdf
from sheet import Sheet, number, slashed, wrapped

NAME = "releve"
CURRENCIES = ["EUR", "CHF", "CAD"]
MANY = True
FOREIGN = False
TOTALS = ["statement", "holder"]


def draw(statement, rows=None):
    pdf = Pdf("Relevé de carte")
    current = None

    def amount(minor):
        return number(minor, statement.digits, ",", "\u00a0")

    def place(page, y, minor, font="Helvetica"):
        page.text(460 if minor >= 0 else 545, y, amount(minor), font, align="right")

    def begin(sheet):
        page = sheet.page
        page.text(50, 48, "Banque du Pont", "Times-Bold", 15)
        page.text(545, 48, f"Période du {slashed(statement.first)} au {slashed(statement.last)}", align="right")
        page.text(545, 62, f"Montants en {statement.currency}", align="right")
        page.box(48, 76, 499, 15)
        page.text(52, 86, "Date", "Helvetica-Bold", 8)
        page.text(120, 86, "Libellé de l’opération", "Helvetica-Bold", 8)
        page.text(460, 86, "Débit", "Helvetica-Bold", 8, "right")
        page.text(545, 86, "Crédit", "Helvetica-Bold", 8, "right")
        if current is None:
            return 106
        page.text(52, 104, f"Titulaire : {current.name} (suite)", "Helvetica-Bold", 9)
        return 118

    def end(sheet):
        sheet.page.text(50, 815, f"Banque du Pont SA au capital de 12 500 000,00 {statement.currency} - "
                                 f"page {sheet.number}/{{pages}}", size=7)

    sheet = Sheet(pdf, 785, begin, end, rows)
    font = pdf.font("Helvetica")
    for index, holder in enumerate(statement.holders):
        sheet.room(50)
        sheet.down(4)
        sheet.page.text(52, sheet.y, f"Titulaire : {holder.name}", "Helvetica-Bold", 9)
        sheet.page.text(300, sheet.y, f"Carte n° XXXX-XXXX-XXXX-{holder.last4}", size=9)
        sheet.down(15)
        current = holder
        for row in statement.of(index):
            lines = wrapped(row.merchant, font, 9, 235)
            height = 13 + 11 * (len(lines) - 1)
            sheet.room(height, row=True)
            row.page = sheet.number
            page, y = sheet.page, sheet.y
            page.text(52, y, slashed(row.date))
            for line in lines:
                page.text(120, y, line)
                y += 11
            place(page, y - 11, row.amount)
            sheet.down(height)
        current = None
        sheet.down(4)
    sheet.room(40 + 13 * len(statement.holders))
    sheet.page.text(52, sheet.y + 4, "Récapitulatif par carte", "Helvetica-Bold", 10)
    sheet.down(20)
    for index, holder in enumerate(statement.holders):
        sheet.page.text(120, sheet.y, f"Total carte {holder.last4} {holder.name}")
        place(sheet.page, sheet.y, statement.total(index))
        sheet.down(13)
    sheet.page.text(120, sheet.y, "Total des opérations", "Helvetica-Bold")
    place(sheet.page, sheet.y, statement.total(), "Helvetica-Bold")
    end(sheet)
    return pdf
