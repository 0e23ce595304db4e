/// A fully connected layer, `output = activation(input · weights + bias)`, with its Adam state.
///
/// Weights are inputs × outputs with padded rows; everything in the padding stays zero.
final class DenseLayer {
    let inputCount: Int
    let outputCount: Int
    let isLinear: Bool
    let weights: Matrix
    let bias: Matrix
    let weightGradient: Matrix
    let biasGradient: Matrix
    /// The weights the other way round, outputs × inputs, for passing errors back.
    private let transposed: Matrix
    private let weightMoments: (first: Matrix, second: Matrix)
    private let biasMoments: (first: Matrix, second: Matrix)

    /// A layer with Glorot's uniform initial weights (Glorot and Bengio, "Understanding the difficulty of
    /// training deep feedforward neural networks", AISTATS 2010).
    init(inputs: Int, outputs: Int, isLinear: Bool, generator: inout SeededGenerator) {
        inputCount = inputs
        outputCount = outputs
        self.isLinear = isLinear
        weights = Matrix(rows: Matrix.padded(inputs), columns: outputs)
        transposed = Matrix(rows: Matrix.padded(outputs), columns: inputs)
        bias = Matrix(rows: 1, columns: outputs)
        weightGradient = Matrix(rows: weights.rowCount, columns: outputs)
        biasGradient = Matrix(rows: 1, columns: outputs)
        weightMoments = (
            Matrix(rows: weights.rowCount, columns: outputs), Matrix(rows: weights.rowCount, columns: outputs)
        )
        biasMoments = (Matrix(rows: 1, columns: outputs), Matrix(rows: 1, columns: outputs))
        let bound = (6 / Float(inputs + outputs)).squareRoot()
        for row in 0..<inputs {
            for column in 0..<outputs {
                weights.row(row)[column] = (2 * generator.uniform() - 1) * bound
            }
        }
    }

    /// Computes the outputs of `count` rows.
    func forward(_ input: Matrix, into output: Matrix, count: Int) {
        multiply(
            StridedMatrix(base: input.base, rowStride: input.stride, columnStride: 1), weights.base,
            bStride: weights.stride, into: output.base, cStride: output.stride, rows: count,
            columns: weights.stride, depth: inputCount)
        let width = output.stride
        for row in 0..<count {
            let values = output.row(row)
            var column = 0
            while column < width {
                let sum = values.lanes(at: column) + bias.base.lanes(at: column)
                values.store(isLinear ? sum : DenseLayer.activation(sum), at: column)
                column += Matrix.lane
            }
        }
    }

    /// Passes errors back through the layer and computes the gradients.
    ///
    /// - Parameters:
    ///   - input: what `forward` was given.
    ///   - output: what `forward` gave.
    ///   - error: the loss's gradient by `output`; overwritten with that by the sums before activation.
    ///   - inputError: receives the gradient by `input`; `nil` for the first layer, which needs none.
    ///   - count: the number of rows.
    func backward(input: Matrix, output: Matrix, error: Matrix, inputError: Matrix?, count: Int) {
        let width = output.stride
        biasGradient.base.update(repeating: 0, count: width)
        for row in 0..<count {
            let values = output.row(row)
            let errors = error.row(row)
            var column = 0
            while column < width {
                var gradient = errors.lanes(at: column)
                if !isLinear { gradient *= DenseLayer.slope(values.lanes(at: column)) }
                errors.store(gradient, at: column)
                biasGradient.base.store(biasGradient.base.lanes(at: column) + gradient, at: column)
                column += Matrix.lane
            }
        }
        multiply(
            StridedMatrix(base: input.base, rowStride: 1, columnStride: input.stride), error.base,
            bStride: error.stride, into: weightGradient.base, cStride: weightGradient.stride,
            rows: weights.rowCount, columns: width, depth: count)
        guard let inputError else { return }
        transpose()
        multiply(
            StridedMatrix(base: error.base, rowStride: error.stride, columnStride: 1), transposed.base,
            bStride: transposed.stride, into: inputError.base, cStride: inputError.stride, rows: count,
            columns: transposed.stride, depth: outputCount)
    }

    /// Moves the weights by one step of Adam.
    func update(_ step: AdamStep) {
        step.apply(to: weights, gradient: weightGradient, first: weightMoments.first, weightMoments.second)
        step.apply(to: bias, gradient: biasGradient, first: biasMoments.first, biasMoments.second)
    }

    private func transpose() {
        for row in 0..<inputCount {
            let source = weights.row(row)
            for column in 0..<outputCount {
                transposed.row(column)[row] = source[column]
            }
        }
    }

    /// Leaky rectifier: no part of the network can die, and it costs one comparison.
    @inline(__always)
    private static func activation(_ sum: Lanes) -> Lanes {
        sum.replacing(with: sum * leak, where: sum .< 0)
    }

    /// The activation's slope, from its output, which has the sign of its input.
    @inline(__always)
    private static func slope(_ output: Lanes) -> Lanes {
        Lanes(repeating: 1).replacing(with: leak, where: output .< 0)
    }

    private static let leak: Float = 0.1
}
