/// Which bytes a request asks for: `Range` (RFC 9110, section 14).
enum ByteRange: Hashable {
    /// All of them.
    case whole
    /// Some of them.
    case part(Range<Int64>)
    /// None that there are.
    case unsatisfiable

    /// Reads the header of a request for something of a size in bytes. What is malformed, has another unit or asks for
    /// several ranges is ignored, as a server may.
    init(_ header: String?, size: Int64) {
        self = header.flatMap { Self.read($0, size) } ?? .whole
    }

    private static func read(_ header: String, _ size: Int64) -> ByteRange? {
        let parts = header.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let ends = parts[1].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        let (first, last) = (number(ends[0]), number(ends[1]))
        if ends[0].isEmpty {
            guard let count = last else { return nil }
            return count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .unsatisfiable
        }
        guard let first, ends[1].isEmpty || last != nil, last.map({ $0 >= first }) ?? true else { return nil }
        guard first < size else { return .unsatisfiable }
        return .part(first..<(last.map { min($0, size - 1) + 1 } ?? size))
    }

    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        // Beyond all numbers is beyond every end.
        return Int64(text) ?? .max - 1
    }
}
