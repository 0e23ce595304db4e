import Foundation

/// What curl is to do, in the words of its configuration file (curl(1), `--config`), which it reads from its standard
/// input: nobody else can see them there.
struct CurlOrder: Sendable {
    /// The configuration.
    let text: String

    /// An order to send a mail.
    /// - Parameters:
    ///   - file: where the mail is.
    ///   - limit: how long all of it may take.
    init(
        _ server: MailServer, from sender: MailAddress, to owner: MailAddress, file: String, limit: Duration
    ) {
        let seconds = String(format: "%.3f", locale: Locale(identifier: "en_US_POSIX"), limit / .seconds(1))
        var lines = [
            "silent", "show-error", "globoff", Self.setting("url", server.description),
            Self.setting("proto", "=smtp,smtps"), Self.setting("noproxy", "*"),
            Self.setting("max-time", seconds), Self.setting("mail-from", "<\(sender)>"),
            Self.setting("mail-rcpt", "<\(owner)>"), Self.setting("upload-file", file),
            Self.setting("write-out", "%{response_code}"),
        ]
        if server.security == .startTLS { lines.append("ssl-reqd") }
        if let user = server.user, let password = server.password {
            lines.append(Self.setting("user", "\(user):\(password)"))
        }
        if let certificates = server.certificates { lines.append(Self.setting("cacert", certificates)) }
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func setting(_ name: String, _ value: String) -> String {
        "\(name) = \"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
