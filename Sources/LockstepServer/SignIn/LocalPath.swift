/// A path on this server that a browser may be sent to.
///
/// What browsers read as another host is refused: `//host` and, because they take a backslash for a slash,
/// every backslash. Tabs and line breaks, which they drop before they look, go with all else that is not
/// printable ASCII, so that no text can break out of the `Location` header either.
struct LocalPath: Hashable, Sendable {
    /// The longest one in bytes; longer ones are refused.
    static let longest = 2048
    /// Where people go who asked for nothing else.
    static let home = LocalPath()

    /// The path, with its query.
    let text: String

    private init() { text = "/" }

    /// Takes a text if it is such a path.
    init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count <= Self.longest, text.hasPrefix("/"), !text.hasPrefix("//"),
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return nil }
        self.text = text
    }

    /// The path as the value of a query parameter: only the unreserved characters of RFC 3986 and slashes
    /// stay as they are.
    var queryValue: String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + byte.hex.uppercased()
            }
        }.joined()
    }
}
