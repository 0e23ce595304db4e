/// The name of an object in a storage: the server's choice, which holds nothing that a user wrote.
public struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
    /// The name: lower-case letters, digits, `-` and `.`, in parts that are separated by `/`.
    public let text: String
    /// The name.
    public var description: String { text }

    /// Takes a name.
    /// - Returns: `nil` unless every part has 1 to 100 of the permitted letters and begins with a letter or a digit,
    ///   and the whole has 200 at most: with `/` written otherwise it is the name of a file too.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, parts.allSatisfy(Self.isPart) else { return nil }
        self.text = text
    }

    private init(checked text: String) { self.text = text }

    /// A new name of 128 random bits, as hexadecimal digits.
    public static func random() -> ObjectKey {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return ObjectKey(checked: digits.joined())
    }

    private static func isPart(_ part: Substring) -> Bool {
        guard (1...100).contains(part.utf8.count), let first = part.utf8.first else { return false }
        return isLetter(first)
            && part.utf8.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
