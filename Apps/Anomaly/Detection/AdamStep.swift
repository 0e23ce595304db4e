/// The steps of the Adam optimiser (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015).
struct AdamStep {
    private static let firstDecay: Float = 0.9
    private static let secondDecay: Float = 0.999
    private static let epsilon: Float = 1e-8

    private var firstPower: Float = 1
    private var secondPower: Float = 1
    /// The learning rate with the correction of the first moment's bias folded in.
    private var rate: Float = 0
    /// The correction of the second moment's bias, by which its root is multiplied.
    private var correction: Float = 1

    /// Goes on to the next step, in which a weight moves by about `learningRate` at most.
    mutating func advance(learningRate: Float) {
        firstPower *= AdamStep.firstDecay
        secondPower *= AdamStep.secondDecay
        rate = learningRate / (1 - firstPower)
        correction = 1 / (1 - secondPower).squareRoot()
    }

    /// Moves `weights` against `gradient` and updates both moments; all four have the same shape.
    func apply(to weights: Matrix, gradient: Matrix, first: Matrix, _ second: Matrix) {
        let floatCount = weights.floatCount
        var index = 0
        while index < floatCount {
            let slope = gradient.base.lanes(at: index)
            let mean = first.base.lanes(at: index) * AdamStep.firstDecay + slope * (1 - AdamStep.firstDecay)
            let square =
                second.base.lanes(at: index) * AdamStep.secondDecay
                + slope * slope * (1 - AdamStep.secondDecay)
            first.base.store(mean, at: index)
            second.base.store(square, at: index)
            let size = square.squareRoot() * correction + AdamStep.epsilon
            weights.base.store(weights.base.lanes(at: index) - mean * rate / size, at: index)
            index += Matrix.lane
        }
    }
}
