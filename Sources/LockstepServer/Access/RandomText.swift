import Foundation

/// Unguessable texts from the system's cryptographic generator.
enum RandomText {
    /// So many random bytes in base64url without padding (RFC 4648, section 5).
    static func base64URL(bytes count: Int) -> String {
        Data(random(count)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// So many random bytes in hexadecimal.
    static func hex(bytes count: Int) -> String { random(count).map(\.hex).joined() }

    /// A bearer token; the prefix lets scanners of source code find tokens that were checked in.
    static func token() -> String { tokenPrefix + base64URL(bytes: 32) }

    /// What every token of ours begins with.
    static let tokenPrefix = "lst_"

    private static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
