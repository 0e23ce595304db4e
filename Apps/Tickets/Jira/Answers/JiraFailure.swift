import Foundation
import Lockstep

/// Failures of calls to Jira, by who can do something about them.
enum JiraFailure {
    /// The failure that an answer's status stands for.
    /// - Parameter doing: what the call was for, such as "search".
    static func of(_ answer: JiraAnswer, doing: String, at now: Timestamp) -> Failure {
        let reason = JiraErrors(answer.json).text
        switch answer.status {
        case 401:
            return .adminRequired(
                "Jira refused the credentials: \(reason); check the e-mail address and the API token.",
                code: "jira_credentials")
        case 403:
            return .adminRequired(
                "Jira does not allow this account to \(doing): \(reason).", code: "jira_forbidden")
        case 404:
            return .adminRequired(
                "Jira has nothing at this address for “\(doing)”: \(reason); check the site's address.",
                code: "jira_not_found")
        case 429:
            return .temporary(
                "Jira asks for a pause.", code: "jira_rate_limit",
                retryAfter: JiraPause.wait(answer.headers, at: now) ?? .seconds(30))
        case 408, 500...:
            return .temporary(
                "Jira answered \(answer.status) when asked to \(doing).", code: "jira_unavailable",
                retryAfter: JiraPause.wait(answer.headers, at: now))
        case 200..<300:
            return .temporary(
                "Jira's answer when asked to \(doing) cannot be read.", code: "jira_bad_answer")
        case 300..<400:
            return .adminRequired(
                "Jira answered \(answer.status), which leads elsewhere; check the site's address.",
                code: "jira_redirect")
        default:
            return .adminRequired(
                "Jira answered \(answer.status) when asked to \(doing): \(reason).", code: "jira_refused")
        }
    }

    /// The failure of a call that got no answer.
    static func noAnswer(_ error: any Error, doing: String) -> Failure {
        if let unsent = error as? JiraUnsent {
            return .temporary(
                "Jira cannot be reached to \(doing): \(String(unsent.reason.prefix(300))).",
                code: "jira_unreachable")
        }
        return .temporary("Jira did not answer when asked to \(doing).", code: "jira_no_answer")
    }
}

/// How long Jira wants to be left alone.
enum JiraPause {
    /// The longest pause that is believed, in seconds: a day.
    private static let longest = 86_400.0

    /// The pause that `Retry-After` (RFC 9110, 10.2.3) or else `X-RateLimit-Reset` tells.
    /// <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>
    static func wait(_ headers: [String: String], at now: Timestamp) -> TimeLimit? {
        // Dates are compared with Jira's own clock, where it tells: ours may be wrong.
        let clock = headers["date"].flatMap(date) ?? now.date
        if let text = headers["retry-after"] {
            if let seconds = Double(text.trimmingCharacters(in: .whitespaces)) { return limit(seconds) }
            if let date = date(text) { return limit(date.timeIntervalSince(clock)) }
        }
        return headers["x-ratelimit-reset"].flatMap(date).flatMap { limit($0.timeIntervalSince(clock)) }
    }

    /// Whole milliseconds, rounded up: coming early would be turned down again.
    private static func limit(_ seconds: Double) -> TimeLimit? {
        guard seconds.isFinite, seconds > 0 else { return nil }
        return .milliseconds(Int((min(seconds, longest) * 1000).rounded(.up)))
    }

    private static func date(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        for format in ["EEE',' dd MMM yyyy HH':'mm':'ss 'GMT'", "yyyy-MM-dd'T'HH':'mm'Z'"] {
            formatter.dateFormat = format
            if let date = formatter.date(from: text) { return date }
        }
        return ISO8601DateFormatter().date(from: text)
    }
}
