/// How one column of a table becomes numbers for the network.
enum Feature: Sendable {
    /// One slot holding (value − mean) / deviation, held within ± `Feature.limit`; an empty cell becomes 0.
    case number(mean: Double, deviation: Double)
    /// One slot per kept level and perhaps one for all rare ones.
    ///
    /// - `slots`: for each code of the column the slot of its level.
    /// - `shares`: for each slot the share of the rows that have it, which is subtracted.
    /// - `scale`: what every slot is multiplied by, so that the block varies about as much as one number.
    case category(slots: [UInt16], shares: [Float], scale: Float)

    /// The farthest that a standardised number may lie from its mean.
    ///
    /// Without it one absurd value would swamp training; beyond it a cell is as strange as can be anyway.
    static let limit: Float = 30
    /// The most slots that one category column takes; the rarest levels share the last.
    static let maximumLevels = 16
    /// Levels rarer than this share one slot.
    static let rareShare = 0.002
    /// A block of slots that varies less than this is not scaled up to vary like a number.
    static let smallestVariance = 0.05

    /// The number of slots.
    var width: Int {
        switch self {
        case .number: 1
        case .category(_, let shares, _): shares.count
        }
    }
}

extension Feature {
    /// A standardised number, or `nil` when the column does not vary.
    ///
    /// - Parameter values: the column; a value that is not finite counts as an empty cell.
    init?<Values: Collection>(numbers values: Values) where Values.Element: BinaryFloatingPoint {
        var count = 0.0
        var sum = 0.0
        for value in values where value.isFinite {
            sum += Double(value)
            count += 1
        }
        guard count > 0 else { return nil }
        let mean = sum / count
        var squares = 0.0
        for value in values where value.isFinite {
            let difference = Double(value) - mean
            squares += difference * difference
        }
        let deviation = (squares / count).squareRoot()
        guard deviation.isFinite, deviation > abs(mean) * 1e-9, deviation > 0 else { return nil }
        self = .number(mean: mean, deviation: deviation)
    }

    /// One-hot slots for the levels of a category column, or `nil` when only one level occurs.
    ///
    /// - Parameters:
    ///   - codes: for each row the code of its level; a code of no level is an empty cell and counts as a
    ///     level of its own.
    ///   - levelCount: the number of levels.
    init?(codes: [UInt16], levelCount: Int) {
        var counts = [Int](repeating: 0, count: levelCount + 1)
        for code in codes { counts[min(Int(code), levelCount)] += 1 }
        let present = counts.indices.filter { counts[$0] > 0 }
        guard present.count > 1 else { return nil }
        let rare = Double(codes.count) * Feature.rareShare
        let ranked = present.sorted { (counts[$0], $1) > (counts[$1], $0) }
        var kept = ranked.filter { Double(counts[$0]) >= rare || ranked.count <= 3 }
        if kept.count > Feature.maximumLevels
            || (kept.count < ranked.count && kept.count == Feature.maximumLevels)
        {
            kept.removeLast(kept.count - (Feature.maximumLevels - 1))
        }
        let hasRest = kept.count < ranked.count
        var slots = [UInt16](repeating: UInt16(kept.count - (hasRest ? 0 : 1)), count: levelCount + 1)
        var shares = [Float](repeating: 0, count: kept.count + (hasRest ? 1 : 0))
        let total = Double(codes.count)
        for (slot, code) in kept.enumerated() { slots[code] = UInt16(slot) }
        var variance = 0.0
        for code in present { shares[Int(slots[code])] += Float(Double(counts[code]) / total) }
        for share in shares { variance += Double(share) * (1 - Double(share)) }
        let scale = Float(1 / max(variance, Feature.smallestVariance).squareRoot())
        self = .category(slots: slots, shares: shares, scale: scale)
    }
}
