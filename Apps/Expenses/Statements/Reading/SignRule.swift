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

    /// Learns from the rows of a file.
    /// - Parameter rows: the sign of each amount, and whether the row's words speak of a payment or a refund.
    init(rows: [(sign: PrintedNumber.Sign, isCredit: Bool)]) {
        func count(_ signs: [PrintedNumber.Sign], credits: Bool = false) -> Int {
            rows.filter { signs.contains($0.sign) && (!credits || $0.isCredit) }.count
        }
        let (minus, plus, bare) = (count([.minus, .parentheses]), count([.plus]), count([.none]))
        let minusCredits = count([.minus, .parentheses], credits: true)
        // Words that speak of credits decide where there are any; otherwise charges are more than credits.
        switch (minus, plus, bare) {
        case (0, 0, _): break
        case (0, _, _):
            plusIsCredit = bare > 0
        case (_, 0, 0):
            minusIsCredit = false
        case (_, 0, _):
            let bareCredits = count([.none], credits: true)
            if bareCredits * minus > minusCredits * bare, minus > bare {
                minusIsCredit = false
                bareIsCredit = true
            }
        case (_, _, 0):
            let plusCredits = count([.plus], credits: true)
            let byWords = plusCredits * minus - minusCredits * plus
            minusIsCredit = byWords != 0 ? byWords < 0 : minus <= plus
        default:
            // Three ways of marking: what is bare is a charge.
            plusIsCredit = false
        }
    }
}
