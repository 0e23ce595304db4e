/// A network that learns to reproduce its input through a narrow middle, and so reproduces badly what is
/// unlike most of what it has seen.
final class Autoencoder {
    /// The most rows that one call takes.
    let capacity: Int
    private let layers: [DenseLayer]
    /// The output of each layer, one row per row of the batch.
    private let outputs: [Matrix]
    /// The loss's gradient by each layer's output.
    private let errors: [Matrix]
    private var adam = AdamStep()

    /// - Parameters:
    ///   - widths: values in a row, then the units of each hidden layer; the last layer is as wide as a row.
    ///   - capacity: the most rows that one call will be given.
    ///   - generator: draws the initial weights.
    init(widths: [Int], capacity: Int, generator: inout SeededGenerator) {
        self.capacity = capacity
        let outputWidths = widths.dropFirst() + widths.prefix(1)
        var layers: [DenseLayer] = []
        for (inputs, outputs) in zip(widths, outputWidths) {
            layers.append(
                DenseLayer(
                    inputs: inputs, outputs: outputs, isLinear: layers.count == widths.count - 1,
                    generator: &generator))
        }
        self.layers = layers
        outputs = layers.map { Matrix(rows: capacity, columns: $0.outputCount) }
        errors = layers.map { Matrix(rows: capacity, columns: $0.outputCount) }
    }

    /// Reproduces the first `count` rows of `input`.
    ///
    /// - Returns: a matrix of the network's own, valid until the next call.
    func reconstruct(_ input: Matrix, count: Int) -> Matrix {
        var current = input
        for (layer, output) in zip(layers, outputs) {
            layer.forward(current, into: output, count: count)
            current = output
        }
        return current
    }

    /// Learns from one batch: the first `count` rows of `input`.
    ///
    /// The loss is Huber's with the bend at `bend`, so that rows which cannot be reproduced, the anomalies
    /// among them, pull on the weights no harder than their number (Huber, "Robust estimation of a location
    /// parameter", 1964).
    func learn(_ input: Matrix, count: Int, learningRate: Float, bend: Float) {
        let output = reconstruct(input, count: count)
        guard let outputError = errors.last else { return }
        let scale = 1 / Float(count)
        for row in 0..<count {
            let wanted = input.row(row)
            let got = output.row(row)
            let error = outputError.row(row)
            var column = 0
            while column < output.stride {
                let residual = got.lanes(at: column) - wanted.lanes(at: column)
                error.store(residual.clamped(to: -bend, bend) * scale, at: column)
                column += Matrix.lane
            }
        }
        for index in layers.indices.reversed() {
            layers[index].backward(
                input: index == 0 ? input : outputs[index - 1], output: outputs[index], error: errors[index],
                inputError: index == 0 ? nil : errors[index - 1], count: count)
        }
        adam.advance(learningRate: learningRate)
        for layer in layers { layer.update(adam) }
    }
}

extension Lanes {
    @inline(__always)
    fileprivate func clamped(to lowest: Float, _ highest: Float) -> Lanes {
        let low = Lanes(repeating: lowest)
        let high = Lanes(repeating: highest)
        let raised = replacing(with: low, where: self .< low)
        return raised.replacing(with: high, where: raised .> high)
    }
}
