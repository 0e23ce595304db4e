"""Fixed width, every line one string: ISO dates, debit and credit columns, a running balance, and dated lines that bring
the balance forward; currencies with two and three digits."""

from pdf import Pdf
from sheet import Sheet, number

NAME = "ledger"
CURRENCIES = ["USD", "KWD", "EUR", "BHD"]
MANY = False
FOREIGN = False
TOTALS = ["statement"]

WIDE = 34


def draw(statement, rows=None):
    pdf = Pdf("LEDGER CARD")
    holder = statement.holders[0]
    balance = statement.before

    def columns(date="", text="", debit=None, credit=None, after=None):
        def figure(minor, width):
            return ("" if minor is None else number(minor, statement.digits)).rjust(width)
        mark = "" if after is None else " DR" if after >= 0 else " CR"
        return f"{date:<10}  {text:<{WIDE}} {figure(debit, 13)} {figure(credit, 13)} {figure(after, 14)}{mark}"

    def show(text, bold=False):
        sheet.page.text(40, sheet.y, text.rstrip(), "Courier-Bold" if bold else "Courier", 8.5)
        sheet.down(11)

    def begin(sheet):
        page = sheet.page
        page.text(40, 40, "FIRST LEDGER TRUST".ljust(60) + f"PAGE {sheet.number:>4}", "Courier-Bold", 8.5)
        page.text(40, 51, f"CARDHOLDER {holder.name}", "Courier", 8.5)
        page.text(40, 62, f"CARD ENDING {holder.last4}   CURRENCY {statement.currency}"
                          f"   PERIOD {statement.first} TO {statement.last}", "Courier", 8.5)
        page.text(40, 84, f"{'DATE':<10}  {'DETAILS':<{WIDE}} {'DEBIT':>13} {'CREDIT':>13} {'BALANCE':>14}",
                  "Courier-Bold", 8.5)
        page.text(40, 92, "-" * 90, "Courier", 8.5)
        when = statement.first if sheet.number == 1 else latest
        page.text(40, 104, columns(str(when), "OPENING BALANCE" if sheet.number == 1 else "BROUGHT FORWARD",
                                   after=balance), "Courier", 8.5)
        return 115

    latest = statement.first
    sheet = Sheet(pdf, 790, begin, rows=rows)
    debits = credits = 0
    for row in statement.rows:
        # A bank of this kind cuts lines by letters; it breaks at a word where it can.
        lines, rest = [], row.merchant
        while len(rest) > WIDE:
            cut = rest.rfind(" ", 0, WIDE + 1)
            lines.append(rest[:cut])
            rest = rest[cut + 1:]
        lines.append(rest)
        if sheet.y + 11 * (len(lines) + 1) > sheet.bottom or (rows and sheet.count >= rows):
            show(columns(str(latest), "CARRIED FORWARD", after=balance))
            sheet.turn()
        sheet.count += 1
        row.page = sheet.number
        balance += row.amount
        debits += max(row.amount, 0)
        credits += max(-row.amount, 0)
        latest = row.date
        debit, credit = (row.amount, None) if row.amount >= 0 else (None, row.amount)
        show(columns(str(row.date), lines[0], debit, credit, balance))
        for line in lines[1:]:
            show(columns("", line))
    sheet.room(60)
    show("-" * 90)
    show(columns(str(statement.last), "CLOSING BALANCE", after=balance))
    show(columns("", "TOTAL DEBITS", debits))
    show(columns("", "TOTAL CREDITS", None, credits))
    net = statement.total()
    show(columns("", "NET TOTAL OF ENTRIES", *((net, None) if net >= 0 else (None, net))), bold=True)
    return pdf
