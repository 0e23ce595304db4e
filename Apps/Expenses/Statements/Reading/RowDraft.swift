/// A transaction while it is read.
struct RowDraft {
    var date: PrintedDate
    var merchant: [String]
    /// The amount without its sign; `nil` until the line that holds it is read.
    var minor: Int64?
    var sign = PrintedNumber.Sign.none
    var column = Column.Kind.amount
    var original: Money?
    var rate: String?
    var holder: Int?
    let page: Int
    let row: Int
    /// Where it begins among all lines of the file.
    let line: Int
    /// Whether a running balance stands beside it.
    var hasBalance: Bool
    /// The last line that belongs to it.
    var lastLine: Int
    /// What the text of its last line says, so that it can be taken back.
    var lastText: [String] = []
}

/// An amount that is no row's, with the words beside it.
struct SumDraft {
    var label: SumLabel
    var printed: String
    var minor: Int64
    var sign: PrintedNumber.Sign
    /// The column that it stands in; `nil` outside of tables.
    var column: Column.Kind?
    /// Whether the line has a sum of debits and one of credits.
    var isPair = false
    /// How many rows stand before it.
    var rowsBefore: Int
    var holder: Int?
    /// The last digits of a card in its label.
    var digits: String?
    var page: Int
    /// Whether the line bears a date in the column of dates.
    var isDated: Bool
}
