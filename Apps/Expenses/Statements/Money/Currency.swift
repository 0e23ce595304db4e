/// A currency of ISO 4217, and how many digits its minor unit has.
public struct Currency: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The three letters: `EUR`.
    public let code: String

    /// Makes a currency.
    /// - Returns: `nil` when the letters, in either case, are no code of ISO 4217.
    public init?(_ code: String) {
        let code = code.uppercased()
        guard Self.codes.contains(code) else { return nil }
        self.code = code
    }

    private init(known: String) { code = known }

    /// The euro.
    public static let euro = Currency(known: "EUR")
    /// The dollar of the United States.
    public static let dollar = Currency(known: "USD")
    /// The pound sterling.
    public static let pound = Currency(known: "GBP")
    /// The yen.
    public static let yen = Currency(known: "JPY")

    /// How many digits stand behind the decimal mark: 2 of `EUR`, 0 of `JPY`, 3 of `KWD`.
    public var digits: Int { Self.unusual[code] ?? 2 }

    /// The code.
    public var description: String { code }

    /// By code.
    public static func < (one: Currency, other: Currency) -> Bool { one.code < other.code }

    /// Reads the code.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let code = try container.decode(String.self)
        guard let known = Currency(code) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(code)' is no currency code of ISO 4217.")
        }
        self = known
    }

    /// Writes the code.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }

    /// The digits of those that have not two (ISO 4217, list one, column "minor unit").
    private static let unusual: [String: Int] = {
        var digits: [String: Int] = [:]
        for code in words("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF") {
            digits[code] = 0
        }
        for code in words("BHD IQD JOD KWD LYD OMR TND") { digits[code] = 3 }
        for code in words("CLF UYW") { digits[code] = 4 }
        return digits
    }()

    /// The codes of money (ISO 4217, list one; metals, funds and codes for testing aside).
    private static let codes = Set(
        words(
            """
            AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD \
            CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF \
            GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP \
            LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB \
            PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL \
            THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XOF XPF YER \
            ZAR ZMW ZWG
            """))

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
