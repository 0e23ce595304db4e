import Foundation
import Lockstep
import LockstepPush

/// The mail server that notices go through. It can be used, but its password neither printed nor logged.
public struct MailServer: Sendable {
    /// How the connection is kept from others.
    enum Security: Sendable {
        /// By TLS from its beginning (RFC 8314).
        case implicit
        /// By TLS before anything is said (RFC 3207), or not at all.
        case startTLS
        /// Not, where nobody else can listen or somebody said that it is all right.
        case none
    }

    /// Where `smtp` is spoken without TLS.
    public enum Plain: String, CaseIterable, Sendable {
        /// Nowhere.
        case never
        /// To the addresses of this machine itself: `localhost`, 127.0.0.0/8 and ::1.
        case here
        /// Wherever the server is, so that anybody on the way reads along.
        case anywhere
    }

    let host: String
    let port: Int
    let security: Security
    let user: String?
    let password: String?
    let certificates: String?

    /// The longest user and the longest password, in bytes each.
    public static let longestSecret = 256

    /// Reads where a mail server is.
    /// - Parameters:
    ///   - url: `smtp://user@host` or `smtps://user@host`, with a port where it is another than 587 or 465. `smtp` is
    ///     spoken with STARTTLS, which the server must offer, but where `plain` leaves it out.
    ///   - password: the user's; never a part of the URL, which is printed.
    ///   - certificates: a file of the certificates (PEM) that the server's is checked by, instead of the system's.
    ///   - plain: where `smtp` is spoken without TLS.
    /// - Throws: an administrator's ``Lockstep/Failure`` that says what is wrong.
    public init(
        _ url: String, password: String? = nil, certificates: String? = nil, plain: Plain = .here
    ) throws {
        func fault(_ words: String) -> Failure {
            .adminRequired("the mail server \(words)", code: "bad_mail_server")
        }
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            scheme == "smtp" || scheme == "smtps", let given = parts.host, !given.isEmpty
        else { throw fault("must be an address such as smtp://user@mail.example.org:587") }
        guard parts.password == nil, parts.query == nil, parts.fragment == nil,
            parts.path.isEmpty || parts.path == "/"
        else { throw fault("must be an address without password, path, query and fragment") }
        let host = given.lowercased().filter { $0 != "[" && $0 != "]" }
        let address = IPAddress(host)
        let isName = host.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || "-.".utf8.contains($0)
        }
        guard address != nil || isName, host.utf8.count <= 253, !host.hasPrefix("-") else {
            throw fault("'\(given)' must be named in ASCII, international names in Punycode")
        }
        let port = parts.port ?? (scheme == "smtps" ? 465 : 587)
        guard (1...65535).contains(port) else { throw fault("has no port \(port); 1 to 65535 exist") }
        let user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        guard (user == nil) == (password == nil) else {
            throw fault(user == nil ? "has a password and no user" : "has a user and no password")
        }
        guard [user, password].allSatisfy({ $0.map(Self.canBeSaid) ?? true }), user?.contains(":") != true
        else {
            throw fault(
                "has a user or a password with a control character, of no or more than \(Self.longestSecret) bytes, "
                    + "or a user with a colon; none of these can be sent")
        }
        guard certificates.map({ $0.hasPrefix("/") && $0.utf8.count <= 1024 && Self.isVisible($0) }) ?? true
        else { throw fault("has a file of certificates that is no absolute path") }
        let isHere = host == "localhost" || address.map(Self.isLoopback) ?? false
        self.host = host
        self.port = port
        let isPlain = plain == .anywhere || (plain == .here && isHere)
        security = scheme == "smtps" ? .implicit : isPlain ? .none : .startTLS
        self.user = user
        self.password = password
        self.certificates = certificates
    }

    private static func isLoopback(_ address: IPAddress) -> Bool {
        address.isSix ? address == IPAddress("::1") : address.bytes[0] == 127
    }

    private static func isVisible(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    private static func canBeSaid(_ text: String) -> Bool {
        (1...longestSecret).contains(text.utf8.count) && isVisible(text)
    }
}

extension MailServer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Where it is.
    public var description: String {
        "\(security == .implicit ? "smtps" : "smtp")://" + (host.contains(":") ? "[\(host)]" : host)
            + ":\(port)"
    }
    /// As ``description``.
    public var debugDescription: String { description }
    /// Shows nothing to `dump` and to string interpolation of what holds it.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
