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
        let (minus, plus, bare) = (count([.minus, .parentheses]), count([.plus]), count([.none]))
        let minusCredits = count([.minus, .parentheses], credits: true)
        // Sums that are called credits or charges decide, then rows whose words speak of credits; otherwise charges
        // are more than credits.
        let evidence = sums.filter { [.minus, .parentheses].contains($0.sign) }
            .reduce(0) { $0 + ($1.isCredit ? 1 : -1) }
        switch (minus, plus, bare) {
        case (0, 0, _): break
        case _ where evidence != 0 && minus > 0:
            minusIsCredit = evidence > 0
            bareIsCredit = evidence < 0 && plus == 0 && bare > 0
        case (0, _, _):
            plusIsCredit = bare > 0
        case (_, 0, 0):
            minusIsCredit = minusCredits * 2 >= minus
        case (_, 0, _):
            let bareCredits = count([.none], credits: true)
            let byWords = bareCredits * minus - minusCredits * bare
            if byWords > 0 && minus > bare || byWords == 0 && minus >= 3 * bare {
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
