"""What a statement says, before any layout draws it, and the truth that is written beside it."""

import datetime
import random
from dataclasses import dataclass, field

import words


@dataclass
class Holder:
    name: str
    """As printed."""
    last4: str
    employee: str | None
    """The id in directory.json, or none when nobody may be guessed."""
    known: str
    """How it is printed: `exact`, `alias`, `misspelt`, `ambiguous` or `unknown`."""


@dataclass
class Row:
    date: datetime.date
    merchant: str
    amount: int
    """In minor units: charges are positive, credits negative."""
    holder: int
    original: tuple[int, str] | None = None
    """Minor units and currency, when it was paid in another currency."""
    rate: str | None = None
    """Units of the statement's currency for one of the other, as printed."""
    page: int = 0
    posted: datetime.date | None = None
    reference: str = ""
    name: str = ""
    """The merchant's name without place and details."""


@dataclass
class Total:
    scope: str
    holder: int | None
    true: int
    printed: int


@dataclass
class Statement:
    layout: str
    seed: int
    currency: str
    first: datetime.date
    last: datetime.date
    holders: list[Holder]
    rows: list[Row]
    before: int
    """The balance before the first row."""
    totals: list[Total] = field(default_factory=list)

    @property
    def digits(self):
        return words.CURRENCIES[self.currency][0]

    def of(self, holder):
        return [row for row in self.rows if row.holder == holder]

    def total(self, holder=None):
        """What is printed as the total of one holder, or of all. A layout that prints it asks for it here, which puts it
        into the truth."""
        rows = self.rows if holder is None else self.of(holder)
        scope = "statement" if holder is None else "holder"
        for total in self.totals:
            if (total.scope, total.holder) == (scope, holder):
                return total.printed
        true = sum(row.amount for row in rows)
        off = 0
        if self.off and self.off[0] == scope and (holder is None or holder == self.off[1]):
            off = self.off[2]
        self.totals.append(Total(scope, holder, true, true + off))
        return true + off

    off: tuple[str, int, int] | None = None
    """Which total is printed wrongly on purpose, whose, and by how much."""

    def truth(self, file, pages):
        def money(minor, currency):
            return plain(minor, words.CURRENCIES[currency][0])

        return {
            "file": file, "kind": "statement", "layout": self.layout, "seed": self.seed, "currency": self.currency,
            "period": [self.first.isoformat(), self.last.isoformat()], "pages": pages,
            "holders": [{"name": holder.name, "last4": holder.last4, "employee": holder.employee, "known": holder.known}
                        for holder in self.holders],
            "transactions": [{
                "date": row.date.isoformat(), "merchant": row.merchant, "amount": money(row.amount, self.currency),
                "currency": self.currency,
                "original": {"amount": money(*row.original), "currency": row.original[1]} if row.original else None,
                "rate": row.rate, "holder": self.holders[row.holder].name, "page": row.page,
            } for row in self.rows],
            "totals": [{
                "scope": total.scope, "holder": None if total.holder is None else self.holders[total.holder].name,
                "printed": money(total.printed, self.currency), "true": money(total.true, self.currency),
            } for total in self.totals],
        }


def plain(minor, digits):
    """Minor units as a decimal number, never by way of a binary fraction."""
    sign, minor = ("-" if minor < 0 else ""), abs(minor)
    return f"{sign}{minor // 10 ** digits}" + (f".{minor % 10 ** digits:0{digits}}" if digits else "")


def directory():
    """The employees, as directory.json holds them."""
    return [{"id": f"E{number:03}", "name": name, "aliases": aliases}
            for number, (name, aliases) in enumerate(words.PEOPLE, 1)]


KINDS = ["exact"] * 15 + ["alias"] * 3 + ["misspelt"] * 2 + ["unknown"]


def holder(chance, known):
    """Somebody whose name is printed in one of the ways in which banks print it: see `Holder.known`."""
    last4 = f"{chance.randrange(10000):04}"
    if known == "unknown":
        return Holder(chance.choice(words.STRANGERS).upper(), last4, None, known)
    if known == "ambiguous":
        return Holder("C MARTIN", last4, None, known)
    fit = [(index, name, aliases) for index, (name, aliases) in enumerate(words.PEOPLE, 1)
           if known == "exact" or (known == "alias" and aliases)
           # A letter less must not make one name out of another.
           or (known == "misspelt" and name.isascii() and len(name) > 9 and not name.endswith("Martin"))]
    number, name, aliases = chance.choice(fit)
    employee = f"E{number:03}"
    if known == "alias":
        return Holder(chance.choice(aliases), last4, employee, known)
    if known == "misspelt":
        place = len(name) - 3
        return Holder((name[:place] + name[place + 1:]).upper(), last4, employee, known)
    return Holder(name.upper() if chance.random() < 0.6 else name, last4, employee, known)


def merchant(chance, long=0.25):
    """The merchant's name, and all that a statement prints for it."""
    name = text = chance.choice(words.MERCHANTS)
    if chance.random() < 0.55:
        text += " " + chance.choice(words.PLACES)
    if chance.random() < long:
        text += " " + chance.choice(words.DETAILS)
        if chance.random() < 0.3:
            text += " " + chance.choice(words.PLACES)
    return name, text


def price(chance, currency):
    digits, middle = words.CURRENCIES[currency]
    units = chance.lognormvariate(0, 1.1) * middle
    minor = max(1, int(units * 10 ** digits))
    if chance.random() < 0.01:
        minor *= 40
    if digits == 0:
        minor = max(10, minor // 10 * 10)
    elif chance.random() < 0.15:
        minor = max(1, minor // 10 ** digits) * 10 ** digits
    return minor


def one_more(kind, people):
    """Whether one more holder can be printed so: there is but one name that means two people."""
    return kind != "ambiguous" or all(one.known != kind for one in people)


def make(layout, seed, count, holders=None, currency=None, credits=0.09, off=None):
    """A statement of `count` transactions for a layout, all from the seed. Without `off`, one in twenty has a total that
    is printed wrongly; `holders` says how each name is printed, without it there are as many as the layout can show."""
    chance = random.Random(f"{layout.NAME} {seed}")
    currency = currency or chance.choice(layout.CURRENCIES)
    digits = words.CURRENCIES[currency][0]
    first = datetime.date(2025, 12, 1) + datetime.timedelta(days=chance.randrange(200))
    first = first.replace(day=1 if chance.random() < 0.5 else min(first.day, 28))
    last = (first + datetime.timedelta(days=31)).replace(day=first.day)
    last -= datetime.timedelta(days=1)
    if holders is None:
        holders = [chance.choice(KINDS + ["ambiguous"] * (chance.random() < 0.3))
                   for _ in range(chance.choice((1, 2, 2, 3, 4)) if layout.MANY else 1)]
    many, people, names = len(holders), [], set()
    while len(people) < many:
        kind = holders[len(people)]
        one = holder(chance, kind if one_more(kind, people) else "exact")
        if one.name.casefold() not in names and (one.employee is None or one.employee not in names):
            names |= {one.name.casefold(), one.employee}
            people.append(one)
    # Everybody has at least one, unless there are fewer transactions than people.
    share = [index % many for index in range(min(count, many))]
    share += [chance.randrange(many) for _ in range(count - len(share))]
    rows = []
    length = (last - first).days + 1
    for index in sorted(share):
        date = first + datetime.timedelta(days=chance.randrange(length))
        name, text = merchant(chance)
        row = Row(date, text, price(chance, currency), index, name=name)
        kind = chance.random()
        if kind < credits / 4:
            row.merchant = row.name = chance.choice(words.PAYMENTS)
            row.amount = -row.amount * 8
        elif kind < credits:
            row.amount = -row.amount
        elif layout.FOREIGN and kind < credits + 0.15:
            other = chance.choice([code for code in words.CURRENCIES if code != currency])
            rate = words.WORTH[other] * 10 ** 6 // words.WORTH[currency] + chance.randrange(9000)
            paid = price(chance, other)
            scale = words.CURRENCIES[other][0] - digits
            exact = paid * rate * (10 ** -scale if scale < 0 else 1) // (10 ** scale if scale > 0 else 1)
            row.amount = max(1, (exact + 500_000) // 10 ** 6)
            row.original, row.rate = (paid, other), plain(rate, 6)
        row.posted = min(date + datetime.timedelta(days=chance.choice((0, 1, 1, 2, 3))), last)
        row.reference = f"{chance.randrange(10 ** 11):011}"
        rows.append(row)
    # Twins of the same day are two transactions.
    for index in range(1, len(rows)):
        if chance.random() < 0.006 and rows[index].holder == rows[index - 1].holder:
            rows[index] = Row(**vars(rows[index - 1]))
            rows[index].reference = f"{chance.randrange(10 ** 11):011}"
    rows.sort(key=lambda row: (row.holder, row.date))
    made = Statement(layout.NAME, seed, currency, first, last, people, rows, chance.randrange(90_000))
    wrong = (chance.random() < 0.05) if off is None else off
    if wrong:
        amount = chance.choice((-1, 1)) * chance.choice((1, 9, 90, chance.randrange(2, 30_000)))
        made.off = (chance.choice(layout.TOTALS), chance.randrange(many), amount)
    return made
