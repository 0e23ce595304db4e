import ContentNotifying
import Lockstep
import LockstepPush
import Logging

/// Tells learners by signed webhooks to addresses of theirs, and by mail where there is a server for it.
public struct ContentNotifications: ContentNotifier {
    private let secrets: [String]
    private let addresses: AddressRules
    private let mail: (any Notifier)?
    private let address: String
    private let logger: Logger

    /// Describes what is sent how.
    /// - Parameters:
    ///   - secrets: what webhooks are signed with; receivers have one of them.
    ///   - addresses: where webhooks may go besides the public Internet.
    ///   - mail: sends mails; `nil` where none are sent.
    ///   - address: how learners reach this server, such as `https://videos.example.org`: links begin with it.
    public init(
        secrets: [String], addresses: AddressRules = AddressRules(), mail: (any Notifier)? = nil,
        address: String = "",
        logger: Logger = Logger(label: "content.notifying")
    ) {
        self.secrets = secrets
        self.addresses = addresses
        self.mail = mail
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        self.logger = logger
    }

    /// Whether something can be sent there.
    public func check(_ recipient: ContentNotice.Recipient) throws {
        switch recipient {
        case .webhook(let url):
            do {
                let target = try target(url)
                if let literal = IPAddress(target.host), !addresses.permits(literal) {
                    throw Failure.userFixable(
                        "the webhook leads to a private or reserved address; name one of the public Internet",
                        code: "bad_webhook")
                }
            } catch let failure as Failure {
                // It is the user's webhook, not the administrator's.
                throw Failure.userFixable(failure.message, code: failure.code)
            }
        case .email(let text):
            guard mail != nil else {
                throw Failure.userFixable("this server sends no mail; name a webhook", code: "no_mail")
            }
            guard MailAddress(text) != nil else {
                throw Failure.userFixable(
                    "the address of 'notify' is none that can be sent to; give one like name@example.org",
                    code: "bad_address")
            }
        }
    }

    /// Sends a notice.
    public func send(_ notice: ContentNotice) async throws {
        var message = Notice(
            request: notice.request, status: notice.status, question: notice.question,
            video: address + notice.link, duration: notice.seconds)
        switch notice.recipient {
        case .webhook(let url):
            let notifier = WebhookNotifier(
                try target(url), options: PushOptions(targets: [], addresses: addresses), logger: logger)
            let result: Result<Void, any Error>
            do {
                result = .success(try await notifier.notify(message, key: notice.key))
            } catch {
                result = .failure(error)
            }
            // In a task of its own: connections are closed when the work was stopped, too.
            try await Task { try await notifier.shutDown() }.value
            try result.get()
        case .email(let address):
            guard let mail else {
                throw Failure.adminRequired("this server sends no mail any more", code: "no_mail")
            }
            message.owner = address
            try await mail.notify(message, key: notice.key)
        }
    }

    private func target(_ url: String) throws -> PushTarget {
        try PushTarget("notification", url: url, secrets: secrets)
    }
}
