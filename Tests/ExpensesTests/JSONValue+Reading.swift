import Lockstep

extension JSONValue {
    /// An element of an array.
    subscript(_ index: Int) -> JSONValue? {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
    }

    /// The whole number, if it is one.
    var whole: Int? { if case .integer(let value) = self { Int(value) } else { nil } }
}
