/// A detector trained on a table, which scores the rows of that table.
///
/// It keeps working memory of its own and is used by one thread at a time.
public final class FittedDetector {
    /// One trained network and the error that it makes on a typical row.
    struct Member {
        let network: Autoencoder
        let meanError: Float
    }

    private let table: Table
    private let encoder: Encoder
    private let members: [Member]

    init(table: Table, encoder: Encoder, members: [Member]) {
        self.table = table
        self.encoder = encoder
        self.members = members
    }

    /// The columns that were left out, and why.
    public var ignoredColumns: [IgnoredColumn] { encoder.ignored }

    /// The names of the columns that take part, left to right.
    public var usedColumns: [String] {
        let left = Set(encoder.ignored.map(\.index))
        return table.columns.indices.filter { !left.contains($0) }.map { table.columns[$0].name }
    }

    /// Scores every row, in the order of the table.
    ///
    /// A score is the row's squared reconstruction error in standardised units, as a multiple of the mean
    /// row's, averaged over the networks: 1 is ordinary, higher is stranger.
    ///
    /// - Parameters:
    ///   - progress: told the share done, from 0 to 1, rising.
    ///   - isCancelled: asked between batches; once it says yes, scoring stops.
    /// - Throws: `CancellationError` when cancelled.
    public func score(
        progress: (Double) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws -> [Float] {
        var scores = [Float](repeating: 0, count: table.rowCount)
        let capacity = TrainingPlan.batchSize
        let block = Matrix(rows: capacity, columns: encoder.width)
        var start = 0
        var batch = 0
        while start < scores.count {
            if isCancelled() { throw CancellationError() }
            let end = min(start + capacity, scores.count)
            encoder.encode(start..<end, of: table, into: block)
            for member in members {
                let output = member.network.reconstruct(block, count: end - start)
                let weight = 1 / (member.meanError * Float(members.count))
                for row in start..<end {
                    let offset = row - start
                    scores[row] +=
                        weight
                        * squaredDistance(block.row(offset), output.row(offset), count: block.stride)
                }
            }
            start = end
            batch += 1
            if batch % 256 == 0 { progress(Double(start) / Double(scores.count)) }
        }
        progress(1)
        return scores
    }

    /// Says how much each column contributes to the score of some rows, and what was expected instead.
    ///
    /// - Parameter rows: rows of the table; those that it does not have are left out.
    /// - Returns: one entry per row, in the given order. Its contributions sum to the row's score but for
    ///   rounding.
    public func explain(rows: [Int]) -> [RowExplanation] {
        let block = Matrix(rows: 1, columns: encoder.width)
        return rows.filter { $0 >= 0 && $0 < table.rowCount }.map { row in
            encoder.encode(row..<(row + 1), of: table, into: block)
            var expected = [Float](repeating: 0, count: encoder.width)
            var errors = [Float](repeating: 0, count: encoder.width)
            for member in members {
                let output = member.network.reconstruct(block, count: 1)
                let weight = 1 / (member.meanError * Float(members.count))
                for slot in 0..<encoder.width {
                    let residual = block.base[slot] - output.base[slot]
                    expected[slot] += output.base[slot] / Float(members.count)
                    errors[slot] += residual * residual * weight
                }
            }
            let actual = (0..<encoder.width).map { block.base[$0] }
            return explanation(of: row, actual: actual, expected: expected, errors: errors)
        }
    }

    private func explanation(
        of row: Int, actual: [Float], expected: [Float], errors: [Float]
    ) -> RowExplanation {
        var found: [ColumnContribution] = []
        let total = errors.reduce(0, +)
        for placed in encoder.features {
            let slots = placed.offset..<(placed.offset + placed.feature.width)
            let error = errors[slots].reduce(0, +)
            if placed.marksEmpty, let last = found.indices.last {
                found[last].add(error: error, of: total)
                continue
            }
            let column = table.columns[placed.column]
            var deviation: Float?
            if case .number = placed.feature, !column.isEmpty(row: row) {
                deviation = actual[placed.offset] - expected[placed.offset]
            }
            found.append(
                ColumnContribution(
                    column: placed.column, name: column.name, error: error,
                    share: total > 0 ? error / total : 0, actual: column.text(row: row),
                    expected: placed.feature.text(of: Array(expected[slots]), in: column),
                    deviation: deviation))
        }
        found.sort { ($0.error, $1.column) > ($1.error, $0.column) }
        return RowExplanation(row: row, line: table.line(ofRow: row), score: total, contributions: found)
    }
}

/// The squared Euclidean distance of two rows of `count` floats, a multiple of `Matrix.lane`.
func squaredDistance(
    _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>, count: Int
) -> Float {
    var sum = Lanes(repeating: 0)
    var index = 0
    while index < count {
        let difference = first.lanes(at: index) - second.lanes(at: index)
        sum += difference * difference
        index += Matrix.lane
    }
    return sum.sum()
}
