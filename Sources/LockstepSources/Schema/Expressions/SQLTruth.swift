/// What a condition may come out as: more than one where other columns decide, or where it was not understood.
struct SQLTruth: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let yes = SQLTruth(rawValue: 1)
    static let no = SQLTruth(rawValue: 2)
    static let null = SQLTruth(rawValue: 4)
    static let any: SQLTruth = [.yes, .no, .null]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ value: Bool?) {
        switch value {
        case true: self = .yes
        case false: self = .no
        case nil: self = .null
        }
    }

    /// A CHECK refuses only what is false; NULL passes.
    var isRefused: Bool { self == .no }
    var mayPass: Bool { !isDisjoint(with: [.yes, .null]) }
    var mayRefuse: Bool { contains(.no) }

    static prefix func ! (truth: SQLTruth) -> SQLTruth {
        var result: SQLTruth = truth.intersection(.null)
        if truth.contains(.yes) { result.insert(.no) }
        if truth.contains(.no) { result.insert(.yes) }
        return result
    }

    static func && (left: SQLTruth, right: SQLTruth) -> SQLTruth {
        var result: SQLTruth = []
        if left.contains(.no) || right.contains(.no) { result.insert(.no) }
        if left.contains(.yes), right.contains(.yes) { result.insert(.yes) }
        if left.contains(.null) && !right.isDisjoint(with: [.yes, .null])
            || right.contains(.null) && !left.isDisjoint(with: [.yes, .null])
        {
            result.insert(.null)
        }
        return result
    }

    static func || (left: SQLTruth, right: SQLTruth) -> SQLTruth { !(!left && !right) }
}

/// A value of SQL.
enum SQLScalar: Sendable, Hashable {
    case null
    case text(String)
    case number(Double)
    case bool(Bool)
    case array([SQLScalar])
}
