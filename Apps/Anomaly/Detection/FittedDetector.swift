/// A detector trained on a table, which scores the rows of that table.
///
/// It keeps working memory of its own and is used by one thread at a time.
public final class FittedDetector {
    /// One trained network and the error that it makes on a typical row.
    struct Member {
        let network: Autoencoder
        let meanError: Float
    }

    private let table: any TableSource
    private let encoder: Encoder
    private let members: [Member]

    init(table: any TableSource, encoder: Encoder, members: [Member]) {
        self.table = table
        self.encoder = encoder
        self.members = members
    }

    /// The columns that were left out, and why.
    public var ignoredColumns: [IgnoredColumn] { encoder.ignored }

    /// The names of the columns that take part, left to right.
    public var usedColumns: [String] {
        let left = Set(encoder.ignored.map(\.index))
        return table.columnNames.enumerated().filter { !left.contains($0.offset) }.map(\.element)
    }

    /// Scores every row, in the order of the table.
    ///
    /// A score is the row's squared reconstruction error in standardised units, as a multiple of the mean
    /// row's, averaged over the networks: 1 is ordinary, higher is stranger.
    ///
    /// - Parameters:
    ///   - progress: told the share done, from 0 to 1, rising.
    ///   - isCancelled: asked between batches; once it says yes, scoring stops.
    /// - Throws: `CancellationError` when cancelled, and what the table's storage throws.
    public func score(
        progress: (Double) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws -> [Float] {
        var scores = [Float](repeating: 0, count: table.rowCount)
        let batch = Matrix(rows: TrainingPlan.batchSize, columns: encoder.width)
        var batches = 0
        for first in stride(from: 0, to: scores.count, by: table.blockLength) {
            let part = try table.block(first..<min(first + table.blockLength, scores.count))
            for start in stride(from: 0, to: part.rowCount, by: TrainingPlan.batchSize) {
                if isCancelled() { throw CancellationError() }
                let rows = start..<min(start + TrainingPlan.batchSize, part.rowCount)
                encoder.encode(rows, of: part, into: batch)
                addErrors(of: batch, count: rows.count, to: &scores, at: first + start)
                batches += 1
                if batches % 256 == 0 { progress(Double(first + rows.upperBound) / Double(scores.count)) }
            }
        }
        progress(1)
        return scores
    }

    /// Adds the errors that the networks make on encoded rows to the scores from `place` on.
    private func addErrors(of batch: Matrix, count: Int, to scores: inout [Float], at place: Int) {
        for member in members {
            let output = member.network.reconstruct(batch, count: count)
            let weight = 1 / (member.meanError * Float(members.count))
            for row in 0..<count {
                scores[place + row] +=
                    weight * squaredDistance(batch.row(row), output.row(row), count: batch.stride)
            }
        }
    }

    /// Says how much each column contributes to the score of some rows, and what was expected instead.
    ///
    /// - Parameter rows: rows of the table; those that it does not have are left out.
    /// - Returns: one entry per row, in the given order. Its contributions sum to the row's score but for
    ///   rounding.
    /// - Throws: what the table's storage throws.
    public func explain(rows: [Int]) throws -> [RowExplanation] {
        let block = Matrix(rows: 1, columns: encoder.width)
        let present = rows.filter { $0 >= 0 && $0 < table.rowCount }
        let picked = try table.picking(present)
        return present.enumerated().map { place, row in
            encoder.encode(place..<(place + 1), of: picked, into: block)
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
            let contributions = contributions(
                at: place, of: picked, actual: actual, expected: expected, errors: errors)
            return RowExplanation(
                row: row, line: picked.line(ofRow: place), score: errors.reduce(0, +),
                contributions: contributions)
        }
    }

    /// The parts that the columns have in a row's errors, the largest first.
    private func contributions(
        at row: Int, of table: Table, actual: [Float], expected: [Float], errors: [Float]
    ) -> [ColumnContribution] {
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
        return found.sorted { ($0.error, $1.column) > ($1.error, $0.column) }
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
