/// The signs of currencies, and what people write for them.
enum CurrencySign {
    /// What a sign or code stands for; several use the dollar's and the crown's, and the first is the usual one.
    private static let signs: [String: String] = [
        "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "￥": "JPY", "円": "JPY", "₹": "INR", "₩": "KRW",
        "₺": "TRY",
        "₽": "RUB", "₪": "ILS", "฿": "THB", "₫": "VND", "₴": "UAH", "₦": "NGN", "₱": "PHP", "US$": "USD",
        "USD$": "USD",
        "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "HK$": "HKD", "S$": "SGD", "NZ$": "NZD",
        "R$": "BRL",
        "MX$": "MXN", "kr": "SEK", "kr.": "DKK", "Kr": "SEK", "Fr.": "CHF", "SFr.": "CHF", "Fr": "CHF",
        "sFr.": "CHF",
        "KD": "KWD", "K.D.": "KWD", "BD": "BHD", "Rs": "INR", "Rs.": "INR", "zł": "PLN", "Kč": "CZK",
        "Ft": "HUF",
        "lei": "RON", "JD": "JOD",
    ]

    static func isKnown(_ text: String) -> Bool { currency(text) != nil }

    /// The currency that a sign or a code in capitals stands for.
    static func currency(_ text: String) -> Currency? {
        if let code = signs[text] { return Currency(code) }
        guard text.utf8.count == 3, text.utf8.allSatisfy({ $0 &- 65 < 26 }) else { return nil }
        return Currency(text)
    }

    /// Whether it is the code of one currency rather than a sign that several use.
    static func isCode(_ text: String) -> Bool { signs[text] == nil && currency(text) != nil }

    /// The code that a word is, with brackets and the like around it: `(EUR)`, `EUR:`.
    static func wrapped(in word: String) -> Currency? {
        let bare = word.drop { "([<:/".contains($0) }
        let end = bare.lastIndex { !")]>:.,;/".contains($0) }
        guard let end else { return nil }
        return currency(String(bare[...end]))
    }
}
