/// How long and how fast one autoencoder is trained.
///
/// The numbers were chosen once on the tables of the benchmark and are the same for every table.
struct TrainingPlan {
    /// Rows per step.
    static let batchSize = 64
    /// The most rows that are learnt from.
    static let maximumRows = 100_000
    /// The most floats that the encoded rows to learn from may take.
    static let maximumFloats = 16_000_000
    /// The rows over which a network's mean error is taken.
    static let measuredRows = 20_000
    /// The residual, in standard deviations, from which on a cell pulls no harder on the weights.
    private static let bend: Float = 0.5
    private static let learningRate: Float = 0.01
    private static let steps = 50...6000
    /// The most multiplications that training one network may cost, about.
    private static let maximumWork = 5e10

    private let stepCount: Int

    /// - Parameters:
    ///   - rows: the number of rows to learn from.
    ///   - width: the length of an encoded row.
    ///   - middle: the units in the network's middle.
    ///   - epochs: how often each row is to be seen.
    init(rows: Int, width: Int, middle: Int, epochs: Int) {
        let perEpoch = (rows + TrainingPlan.batchSize - 1) / TrainingPlan.batchSize
        let wanted = min(max(epochs, 1), 1000) * perEpoch
        let work = Double(6 * TrainingPlan.batchSize * width * middle)
        let affordable = Int(TrainingPlan.maximumWork / work)
        let bounded = min(wanted, affordable, TrainingPlan.steps.upperBound)
        stepCount = max(bounded, TrainingPlan.steps.lowerBound)
    }

    /// The widths of the middles: from one unit to six tenths of `width`, evenly on a logarithmic scale.
    static func middleWidths(for width: Int) -> [Int] {
        let highest = min(max(1, 0.6 * Float(width)), 64)
        let third = cubeRoot(highest)
        return [1, third, third * third, highest].map { max(1, Int($0.rounded())) }
    }

    /// The cube root of a number from 1 to 64, by Newton's method.
    private static func cubeRoot(_ number: Float) -> Float {
        var root: Float = 2
        for _ in 0..<20 { root = (2 * root + number / (root * root)) / 3 }
        return root
    }

    /// Trains `network` on all rows of `encoded`, in an order drawn anew for each pass.
    func train(
        _ network: Autoencoder, on encoded: Matrix, generator: inout SeededGenerator, isCancelled: () -> Bool,
        progress: (Double) -> Void
    ) throws {
        let batch = Matrix(rows: TrainingPlan.batchSize, columns: encoded.columnCount)
        var order = Array(0..<encoded.rowCount)
        var position = order.count
        for step in 0..<stepCount {
            if isCancelled() { throw CancellationError() }
            if position == order.count {
                generator.shuffle(&order)
                position = 0
            }
            let count = min(TrainingPlan.batchSize, order.count - position)
            for row in 0..<count {
                let source = encoded.row(order[position + row])
                batch.row(row).update(from: source, count: encoded.stride)
            }
            position += count
            // The rate falls to almost nothing, so that the last weights do not depend on the last batches.
            let left = 1 - Float(step) / Float(stepCount)
            network.learn(
                batch, count: count, learningRate: TrainingPlan.learningRate * (left + 0.02),
                bend: TrainingPlan.bend)
            if step % 50 == 0 { progress(Double(step) / Double(stepCount)) }
        }
        progress(1)
    }
}
