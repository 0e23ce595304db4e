import AnomalyDetection

/// What the packed cells of a column mean, once its kind is settled.
enum CellMeaning: Sendable {
    case numbers
    case preciseNumbers
    case dates
    /// For each place of a text its level's code.
    case categories(codes: [UInt32: UInt16], levels: [String])
    /// Texts in UTF-8, as `TextCells` wants them.
    case text(bytes: [UInt8])

    /// The values of cells.
    ///
    /// - Parameters:
    ///   - count: how many there are.
    ///   - pass: calls its parameter with all of them, piece by piece.
    /// - Throws: what `pass` throws.
    func values(
        count: Int, _ pass: (_ body: (UnsafeBufferPointer<UInt64>) -> Void) throws -> Void
    ) throws -> Column.Values {
        func collected<Value>(_ convert: @escaping (PackedCell) -> Value) throws -> [Value] {
            var values: [Value] = []
            values.reserveCapacity(count)
            try pass { cells in
                for bits in cells { values.append(convert(PackedCell(bits: bits))) }
            }
            return values
        }
        switch self {
        case .numbers: return .numbers(try collected { Float($0.number ?? .nan) })
        case .preciseNumbers: return .preciseNumbers(try collected { $0.number ?? .nan })
        case .dates: return .dates(try collected { $0.seconds ?? .nan })
        case .categories(let codes, let levels):
            let found = try collected { cell in
                cell.textPlace.flatMap { codes[$0] } ?? Column.missingCode
            }
            return .categories(codes: found, levels: levels)
        case .text(let bytes):
            let references = try collected { $0.textPlace ?? TextCells.missing }
            return .text(TextCells(references: references, bytes: bytes))
        }
    }
}
