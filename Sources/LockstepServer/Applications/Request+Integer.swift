import Hummingbird

extension Request {
    /// A whole number of the query; `nil` when it is not there.
    /// - Throws: ``Problem`` 422 for anything but a whole number within the range.
    public func integer<Number: FixedWidthInteger & Sendable>(
        _ name: String, in range: ClosedRange<Number>
    ) throws -> Number? {
        try QueryParameters(of: self, known: nil).integer(name, in: range)
    }
}
