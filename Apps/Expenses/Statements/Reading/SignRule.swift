/// What the signs of a file's amounts mean.
struct SignRule {
    /// What a minus, or parentheses, says.
    private var minusIsCredit = true
    /// What an amount without a sign says.
    private var bareIsCredit = false

    /// An amount of a column of amounts with what its sign says: charges positive, credits negative.
    func signed(_ minor: Int64, _ sign: PrintedNumber.Sign) -> Int64 {
        switch sign {
        case .credit: -minor
        case .debit: minor
        case .minus, .parentheses: minusIsCredit ? -minor : minor
        case .plus: minusIsCredit ? (plusIsCredit ? -minor : minor) : -minor
        case .none: bareIsCredit ? -minor : minor
        }
    }

    /// A plus beside amounts without one marks what is unusual, and so do a minus and a plus together: the rarer one.
    private var plusIsCredit = false

    init() {}

    /// Learns from the rows and the sums of a file.
    /// - Parameters:
    ///   - rows: the sign of each amount, and whether the row's words speak of a payment or a refund.
    ///   - sums: the signs of sums whose words speak of credits alone, or of charges alone.
    init(
        rows: [(sign: PrintedNumber.Sign, isCredit: Bool)],
        sums: [(sign: PrintedNumber.Sign, isCredit: Bool)] = []
    ) {
        func count(_ signs: [PrintedNumber.Sign], credits: Bool = false) -> Int {
            rows.filter { signs.contains($0.sign) && (!credits || $0.isCredit) }.count
        }
        let marks: [PrintedNumber.Sign] = [.minus, .parentheses]
        let (minus, plus, bare) = (count(marks), count([.plus]), count([.none]))
        let (minusCredits, plusCredits) = (count(marks, credits: true), count([.plus], credits: true))
        let bareCredits = count([.none], credits: true)
        // Sums that are called credits or charges decide; without them what is likelier.
        let evidence = sums.filter { marks.contains($0.sign) }.reduce(0) { $0 + ($1.isCredit ? 1 : -1) }
        switch (minus, plus, bare) {
        case (0, 0, _): break
        case (0, _, _): plusIsCredit = bare > 0
        case _ where evidence != 0:
            minusIsCredit = evidence > 0
            bareIsCredit = evidence < 0 && plus == 0 && bare > 0
        case (_, 0, _):
            let odds = Self.odds(charges: (bare, bareCredits), credits: (minus, minusCredits))
            minusIsCredit = odds + Self.usual > 0
            bareIsCredit = !minusIsCredit && bare > 0
        case (_, _, 0):
            minusIsCredit = Self.odds(charges: (plus, plusCredits), credits: (minus, minusCredits)) > 0
        default: plusIsCredit = false
        }
    }

    /// Most banks mark credits, and not charges.
    private static let usual = 3.0

    /// How much likelier it is (as a natural logarithm) that one kind of rows are the charges and the other the credits
    /// than the other way round: nine of ten rows are charges, as a rule, and one of three credits has a word that
    /// speaks of credits, but one of 25 charges. However many rows there are, their count alone says no more than so
    /// much, for some statements are full of refunds.
    private static func odds(charges: (rows: Int, words: Int), credits: (rows: Int, words: Int)) -> Double {
        let byCount = 2.2 * Double(charges.rows - credits.rows)
        let byWords =
            2.0 * Double(credits.words - charges.words)
            + 0.3 * Double(charges.rows - charges.words - credits.rows + credits.words)
        return min(8, max(-8, byCount)) + byWords
    }
}
