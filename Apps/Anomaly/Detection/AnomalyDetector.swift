/// Finds the rows of a table that do not fit the rest: trains autoencoders on all rows and measures how badly
/// each row is reproduced.
///
/// Four small autoencoders with middles of different width are trained one after the other and their errors
/// averaged: which width suits a table is not known beforehand, and the mean depends little on it. All
/// randomness comes from the seed, so the same table and seed give the same scores to the last bit.
public struct AnomalyDetector: Sendable {
    /// What may be chosen; the defaults serve every table.
    public struct Options: Sendable {
        /// The seed of all randomness.
        public var seed: UInt64 = 42
        /// How often each row is learnt from, within the bounds on steps that keep the time in hand.
        public var epochs = 10

        /// The defaults.
        public init() {}
    }

    private let options: Options

    /// A detector that trains with `options`.
    public init(options: Options = Options()) {
        self.options = options
    }

    /// Trains on a table. Runs on the caller's thread until done.
    ///
    /// - Parameters:
    ///   - table: the rows to learn; a large table is learnt from a random sample of its rows.
    ///   - progress: told the share done, from 0 to 1, rising.
    ///   - isCancelled: asked between batches; once it says yes, training stops.
    /// - Returns: the trained detector, which scores the rows of the same table.
    /// - Throws: `DetectionError` when the table has nothing to learn, `CancellationError` when cancelled, and what
    ///   the table's storage throws.
    public func fit(
        _ table: any TableSource, progress: (Double) -> Void = { _ in }, isCancelled: () -> Bool = { false }
    ) throws -> FittedDetector {
        guard table.rowCount > 1 else { throw DetectionError.tooFewRows(table.rowCount) }
        let encoder = try Encoder(table: table, isCancelled: isCancelled)
        guard encoder.width > 0 else { throw DetectionError.nothingVaries }
        var generator = SeededGenerator(seed: options.seed)
        let sample = sampledRows(of: table.rowCount, width: encoder.width, generator: &generator)
        let encoded = Matrix(rows: sample.count, columns: encoder.width)
        try encoder.encode(sample, of: table, into: encoded)
        let widths = TrainingPlan.middleWidths(for: encoder.width)
        var members: [FittedDetector.Member] = []
        for (index, middle) in widths.enumerated() {
            let plan = TrainingPlan(
                rows: sample.count, width: encoder.width, middle: middle, epochs: options.epochs)
            let network = Autoencoder(
                widths: [encoder.width, middle], capacity: TrainingPlan.batchSize, generator: &generator)
            try plan.train(network, on: encoded, generator: &generator, isCancelled: isCancelled) { share in
                progress((Double(index) + share) / Double(widths.count))
            }
            let error = meanError(of: network, on: encoded)
            members.append(FittedDetector.Member(network: network, meanError: error))
        }
        return FittedDetector(table: table, encoder: encoder, members: members)
    }

    /// The rows to learn from: all of them, or an even random choice when there are too many.
    private func sampledRows(of rowCount: Int, width: Int, generator: inout SeededGenerator) -> [Int] {
        let most = max(2, min(TrainingPlan.maximumRows, TrainingPlan.maximumFloats / width))
        var rows = Array(0..<rowCount)
        guard rows.count > most else { return rows }
        for index in 0..<most { rows.swapAt(index, index + generator.index(below: rows.count - index)) }
        return Array(rows.prefix(most))
    }

    /// The mean squared error of a row over the first encoded rows; positive.
    private func meanError(of network: Autoencoder, on encoded: Matrix) -> Float {
        let count = min(encoded.rowCount, TrainingPlan.measuredRows)
        let block = Matrix(rows: network.capacity, columns: encoded.columnCount)
        var sum = 0.0
        var start = 0
        while start < count {
            let size = min(network.capacity, count - start)
            block.base.update(from: encoded.row(start), count: size * encoded.stride)
            let output = network.reconstruct(block, count: size)
            for row in 0..<size {
                sum += Double(squaredDistance(block.row(row), output.row(row), count: encoded.stride))
            }
            start += size
        }
        return max(Float(sum / Double(count)), .leastNormalMagnitude)
    }
}
