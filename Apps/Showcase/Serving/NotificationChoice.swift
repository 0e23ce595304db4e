import Content
import ContentNotifying
import Lockstep
import LockstepPush
import Logging

/// How an installation tells its users, as its environment says.
///
/// | variable | |
/// |---|---|
/// | `LOCKSTEP_PUBLIC_URL` | how users reach the server; links in notices begin with it |
/// | `LOCKSTEP_WEBHOOK_ALLOW` | blocks of addresses beside the public Internet, such as `10.1.2.0/24 10.1.3.0/24` |
/// | `LOCKSTEP_MAIL_SERVER` | `smtp://user@mail.example.org:587`; without it no mail is sent |
/// | `LOCKSTEP_MAIL_PASSWORD`, `LOCKSTEP_MAIL_FROM` | the user's password, and the address that mails come from |
///
/// Webhooks are signed with the secret of the file `webhook.secret` in the data folder, made at the first start.
enum NotificationChoice {
    static func notifications(
        from environment: [String: String], secret: String, scratch: String, logger: Logger
    ) throws -> ContentNotifications {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let blocks = try (value("LOCKSTEP_WEBHOOK_ALLOW") ?? "").split(separator: " ").map { text in
            guard let block = IPNetwork(String(text)) else {
                throw Failure.adminRequired(
                    "LOCKSTEP_WEBHOOK_ALLOW names '\(text)', which is no block of addresses such as 10.1.2.0/24",
                    code: "bad_network")
            }
            return block
        }
        var mail: MailNotifier?
        if let server = value("LOCKSTEP_MAIL_SERVER") {
            guard let sender = value("LOCKSTEP_MAIL_FROM").flatMap({ MailAddress($0) }) else {
                throw Failure.adminRequired(
                    "LOCKSTEP_MAIL_FROM must be the address that mails come from, such as videos@example.org",
                    code: "bad_mail_sender")
            }
            mail = MailNotifier(
                try MailServer(server, password: value("LOCKSTEP_MAIL_PASSWORD")), from: sender,
                scratch: scratch,
                logger: logger)
        }
        return ContentNotifications(
            secrets: [secret], addresses: AddressRules(allowed: blocks), mail: mail,
            address: value("LOCKSTEP_PUBLIC_URL") ?? "", logger: logger)
    }
}
