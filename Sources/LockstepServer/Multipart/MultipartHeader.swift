import Foundation

/// The headers of one part (RFC 7578, section 4).
struct MultipartHeader: Hashable, Sendable {
    var name: String
    var filename: String?
    var contentType: String?

    /// Reads the header lines of a part, without the empty line that ends them.
    /// - Throws: ``Problem`` 400.
    init(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MultipartForm.broken("the headers of a part are no UTF-8")
        }
        var fields: [String: String] = [:]
        for line in text.components(separatedBy: "\r\n") where !line.isEmpty {
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else {
                throw MultipartForm.broken("a header of a part has no colon")
            }
            guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }) else {
                throw MultipartForm.broken("a header of a part holds a control character")
            }
            let name = line[..<colon].lowercased()
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isToken) else {
                // A folded line begins with a space, which is no token: folding is obsolete (RFC 7230, 3.2.4).
                throw MultipartForm.broken("a header of a part has no proper name")
            }
            let value = line[line.utf8.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            guard fields.updateValue(value, forKey: name) == nil else {
                throw MultipartForm.broken("a part has the header '\(Problem.shortened(name))' twice")
            }
        }
        if let encoding = fields["content-transfer-encoding"]?.lowercased(),
            !["7bit", "8bit", "binary"].contains(encoding)
        {
            throw MultipartForm.broken("a part has a transfer encoding; send its bytes as they are")
        }
        guard let disposition = fields["content-disposition"] else {
            throw MultipartForm.broken("a part has no Content-Disposition")
        }
        let (kind, parameters) = try Self.parameters(of: disposition)
        guard kind == "form-data", let name = parameters["name"] else {
            throw MultipartForm.broken("a part's Content-Disposition must be form-data with a name")
        }
        self.name = Self.unescaped(name)
        filename = parameters["filename"].map { Self.displayName(Self.unescaped($0)) }
        contentType = fields["content-type"]
    }

    /// `form-data; name="a"; filename="b"` → the kind in lower case and the parameters. Values are tokens or
    /// quoted strings; in the latter `\"` and `\\` are escapes, any other backslash is itself, because old
    /// browsers send whole Windows paths.
    static func parameters(of value: String) throws -> (kind: String, parameters: [String: String]) {
        // Scalars, not characters: a combining mark behind a quote must not hide the quote.
        var rest = value.unicodeScalars[...]
        let kind = trimmed(take(&rest, until: ";"))
        var parameters: [String: String] = [:]
        while !rest.isEmpty {
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            if rest.isEmpty { break }
            let key = trimmed(take(&rest, until: "=", ";"))
            guard rest.popFirst() == "=", !key.isEmpty else {
                throw MultipartForm.broken("a parameter of a header has no value")
            }
            let text: String
            if rest.first == "\"" {
                text = try quoted(&rest)
                guard trimmed(take(&rest, until: ";")).isEmpty else {
                    throw MultipartForm.broken("a parameter of a header is followed by something else")
                }
            } else {
                text = trimmed(take(&rest, until: ";"))
            }
            guard parameters.updateValue(text, forKey: key.lowercased()) == nil else {
                throw MultipartForm.broken("a header has a parameter twice")
            }
        }
        return (kind.lowercased(), parameters)
    }

    private typealias Scalars = Substring.UnicodeScalarView

    private static func take(_ rest: inout Scalars, until ends: Unicode.Scalar...) -> Scalars {
        let taken = rest.prefix { !ends.contains($0) }
        rest = rest[taken.endIndex...]
        return taken
    }

    private static func trimmed(_ text: Scalars) -> String {
        String(String.UnicodeScalarView(text)).trimmingCharacters(in: .whitespaces)
    }

    private static func quoted(_ rest: inout Scalars) throws -> String {
        var result = String.UnicodeScalarView()
        rest.removeFirst()
        while let scalar = rest.popFirst() {
            if scalar == "\"" { return String(result) }
            if scalar == "\\", rest.first == "\"" || rest.first == "\\", let escaped = rest.popFirst() {
                result.append(escaped)
            } else {
                result.append(scalar)
            }
        }
        throw MultipartForm.broken("a quoted text in a header has no end")
    }

    /// Browsers write a quote and line ends as `%22`, `%0D`, `%0A` (HTML Living Standard, "multipart/form-data
    /// encoding algorithm"), and nothing else so.
    private static func unescaped(_ text: String) -> String {
        text.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
    }

    /// A name that can be shown: the last component, without control and format characters (the latter can
    /// turn the direction of writing and so hide an extension).
    static func displayName(_ text: String) -> String {
        let last = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
            .last
        let scalars = Array(last ?? Substring().unicodeScalars).filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: false
            default: true
            }
        }
        let name = String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces)
        if name.isEmpty || name == "." || name == ".." { return "unnamed" }
        return String(String.UnicodeScalarView(name.unicodeScalars.prefix(255)))
    }

    /// A character of a token (RFC 9110, section 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
