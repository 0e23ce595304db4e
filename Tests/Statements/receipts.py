"""Receipts for transactions of statements, and some that belong to none: a till's strip, a hotel's invoice and a German
receipt. A receipt names the shop as people write it, is of the same day or up to two days earlier, and shows sums that
are not the total beside it."""

import datetime

import words
from model import plain
from pdf import Pdf
from sheet import dotted, long, number, slashed


def till(receipt):
    pdf = Pdf("Receipt", (226, 460))
    page, digits = pdf.page(), receipt["digits"]

    def pair(y, label, value, font="Courier"):
        page.text(14, y, label.ljust(20) + number(value, digits).rjust(14), font, 10)

    page.text(113, 30, receipt["merchant"], "Courier-Bold", 11, "middle")
    page.text(113, 44, "Thank you for your visit", "Courier", 9, "middle")
    page.text(14, 64, f"Date: {slashed(receipt['date'])}   Time: 12:41", "Courier", 9)
    page.text(14, 76, "Till 03  Receipt no. 004411", "Courier", 9)
    half = receipt["total"] // 3
    pair(100, "1 x Item", half)
    pair(113, "1 x Item", receipt["total"] - half)
    pair(134, "Subtotal", receipt["total"])
    pair(147, "VAT included 20%", receipt["total"] // 6)
    page.line(14, 156, 212)
    pair(170, f"TOTAL {receipt['currency']}", receipt["total"], "Courier-Bold")
    paid = (receipt["total"] // 10 ** digits + 1) * 10 ** digits
    pair(186, "Tendered", paid)
    pair(199, "Change", paid - receipt["total"])
    return pdf


def invoice(receipt):
    pdf = Pdf("Invoice")
    page, digits, total = pdf.page(), receipt["digits"], receipt["total"]
    page.text(50, 60, receipt["merchant"], "Times-Bold", 18)
    page.text(545, 60, "INVOICE", "Times-Roman", 18, "right")
    page.text(50, 100, f"Invoice date: {long(receipt['date'])}", "Times-Roman", 10)
    page.text(50, 114, "Invoice no. 2026-00417", "Times-Roman", 10)
    page.text(50, 128, f"Due date: {long(receipt['date'] + datetime.timedelta(days=30))}", "Times-Roman", 10)
    page.line(50, 150, 545)
    page.text(50, 164, "Description", "Times-Bold", 10)
    page.text(545, 164, f"Amount ({receipt['currency']})", "Times-Bold", 10, "right")
    net = total * 100 // 119
    for y, label, value in ((184, "Services as agreed", net), (220, "Net amount", net), (234, "Tax 19 %", total - net)):
        page.text(50, y, label, "Times-Roman", 10)
        page.text(545, y, number(value, digits), "Times-Roman", 10, "right")
    page.text(50, 254, "Amount due", "Times-Bold", 11)
    page.text(545, 254, f"{receipt['currency']} {number(total, digits)}", "Times-Bold", 11, "right")
    page.text(50, 290, "Paid by card. Deposit required next time: 50.00", "Times-Roman", 9)
    return pdf


def quittung(receipt):
    pdf = Pdf("Quittung", (298, 420))
    page, digits = pdf.page(), receipt["digits"]

    def amount(value):
        return number(value, digits, ",", ".")

    page.text(149, 40, receipt["merchant"], "Helvetica-Bold", 13, "middle")
    page.text(30, 70, f"Datum {dotted(receipt['date'])}  Beleg 8812")
    page.text(30, 100, "Zwischensumme")
    page.text(268, 100, amount(receipt["total"]), align="right")
    page.text(30, 116, "darin MwSt 19 %")
    page.text(268, 116, amount(receipt["total"] * 19 // 119), align="right")
    page.text(30, 140, f"Summe {receipt['currency']}", "Helvetica-Bold", 11)
    page.text(268, 140, amount(receipt["total"]), "Helvetica-Bold", 11, "right")
    page.text(30, 170, "Kartenzahlung. Vielen Dank für Ihren Einkauf!", size=8)
    return pdf


DRAWN = {"till": till, "invoice": invoice, "quittung": quittung}


def written(chance, name, statement=None, file=None, shape=None):
    """A receipt and its truth: for a charge of a statement whose file is named, or for a purchase on none."""
    shape = shape or chance.choice(list(DRAWN))
    charges = [] if statement is None else [row for row in statement.rows if row.amount > 0]
    if charges:
        row = chance.choice(charges)
        total, currency = row.original or (row.amount, statement.currency)
        date, shop = row.date - datetime.timedelta(days=chance.choice((0, 0, 0, 1, 2))), row.name
    else:
        row, currency = None, "EUR"
        total, date, shop = chance.randrange(100, 90_000), datetime.date(2026, 2, chance.randrange(1, 28)), "Corner Shop"
    digits = words.CURRENCIES[currency][0]
    shop = shop.title() if shop.isupper() and chance.random() < 0.5 else shop
    receipt = {"merchant": shop, "date": date, "total": total, "currency": currency, "digits": digits}
    truth = {
        "file": name + ".pdf", "kind": "receipt", "layout": shape, "currency": currency, "date": date.isoformat(),
        "merchant": shop, "total": plain(total, digits), "pages": 1,
        "of": row and {"file": file, "date": row.date.isoformat(), "merchant": row.merchant,
                       "amount": plain(row.amount, statement.digits), "holder": statement.holders[row.holder].name},
    }
    return DRAWN[shape](receipt), truth
