import Crypto
import Foundation
import Lockstep

/// A notice as a mail (RFC 5322, MIME of RFC 2045).
struct MailMessage: Sendable {
    /// What tells this mail from all others; the same for the same key.
    let id: String
    /// All of it, as it is sent.
    let text: String

    /// Writes a mail.
    /// - Parameters:
    ///   - key: the idempotency key, of which ``id`` is made.
    ///   - name: the sender's name.
    ///   - date: when it is sent.
    init(
        _ notice: Notice, key: String, from sender: MailAddress, named name: String, to owner: MailAddress,
        at date: Timestamp
    ) {
        let digest = SHA256.hash(data: Data("lockstep notice \(key)".utf8)).prefix(16)
        let number = digest.hexadecimal
        id = "<\(number)@\(sender.domain)>"
        let isReady = notice.video != nil
        let subject = isReady ? "Your video is ready" : "There is no video for your question"
        let headers = [
            "Date: \(Self.stamp(date))", "From: \(MailHeader.name(name))\r\n <\(sender)>", "To: <\(owner)>",
            "Subject: \(MailHeader.text("\(subject): \(notice.question)"))", "Message-ID: \(id)",
            // So says a program to those that would answer by themselves (RFC 3834).
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
        ]
        text = (headers + ["", Self.body(subject, notice)]).joined(separator: "\r\n") + "\r\n"
    }

    /// The text for people in base64, which nothing in it can end.
    private static func body(_ subject: String, _ notice: Notice) -> String {
        var lines = ["\(subject).", "", "Your question: \(notice.question)"]
        if let video = notice.video { lines.append("Watch it: \(video)") }
        if let duration = notice.duration { lines.append("Length: \(length(duration))") }
        lines += ["", "Request \(notice.request) (\(notice.status))"]
        return Data((lines.joined(separator: "\r\n") + "\r\n").utf8)
            .base64EncodedString(options: [
                .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
            ])
    }

    private static func length(_ seconds: Double) -> String {
        let whole = Int(min(max(0, seconds.isFinite ? seconds : 0), 1e6).rounded())
        return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
    }

    /// A date as RFC 5322, 3.3 writes it, in UTC.
    private static func stamp(_ moment: Timestamp) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return formatter.string(from: Date(timeIntervalSince1970: Double(moment.microseconds) / 1e6))
    }
}
