import Foundation
import Lockstep
import NIOHTTP1

/// When a service that turned a request down wants to be asked again.
///
/// Read are `retry-after-ms` and `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), which both
/// services' own clients obey; without them, the published resets of exhausted limits: OpenAI's
/// `x-ratelimit-reset-…` ("6m0s", guide "Rate limits") and Anthropic's `anthropic-ratelimit-…-reset`
/// (RFC 3339, reference "Rate limits").
enum RetryHint {
    private static let limits = [
        ("x-ratelimit-", "requests"), ("x-ratelimit-", "tokens"), ("anthropic-ratelimit-", "requests"),
        ("anthropic-ratelimit-", "tokens"), ("anthropic-ratelimit-", "input-tokens"),
        ("anthropic-ratelimit-", "output-tokens"),
    ]

    /// The time to wait, if the answer says anything about it.
    static func wait(_ headers: HTTPHeaders) -> TimeLimit? {
        // Dates are compared with the service's own clock, where it tells: ours may be wrong.
        let now = headers.first(name: "date").flatMap { date($0) } ?? Date()
        if let text = headers.first(name: "retry-after-ms"), let wait = Double(text) {
            return limit(wait / 1000)
        }
        if let text = headers.first(name: "retry-after") {
            if let seconds = Double(text) { return limit(seconds) }
            if let date = date(text) { return limit(date.timeIntervalSince(now)) }
        }
        let exhausted = limits.compactMap { prefix, name -> Double? in
            let isOpenAI = prefix.hasPrefix("x-")
            let middle = isOpenAI ? "\(prefix)remaining-\(name)" : "\(prefix)\(name)-remaining"
            let reset = isOpenAI ? "\(prefix)reset-\(name)" : "\(prefix)\(name)-reset"
            guard headers.first(name: middle).map({ $0 == "0" }) ?? true,
                let text = headers.first(name: reset)
            else { return nil }
            return span(text) ?? date(text).map { $0.timeIntervalSince(now) }
        }
        return exhausted.max().flatMap { limit($0) }
    }

    /// A whole number of milliseconds, rounded up: coming early would be turned down again.
    private static func limit(_ seconds: Double) -> TimeLimit? {
        guard seconds.isFinite, seconds > 0 else { return nil }
        return .milliseconds(Int((min(seconds, 86_400 * 365) * 1000).rounded(.up)))
    }

    /// Seconds of a span such as "1s", "6m0s", "1h2m3.5s" or "20ms".
    static func span(_ text: String) -> Double? {
        let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400]
        var rest = text[...]
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let value = Double(digits), let factor = units[String(unit)] else { return nil }
            total += value * factor
        }
        return total
    }

    /// A date of HTTP (RFC 9110, 5.6.7) or of RFC 3339.
    static func date(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE',' dd MMM yyyy HH':'mm':'ss 'GMT'"
        return formatter.date(from: text) ?? ISO8601DateFormatter().date(from: text)
    }
}
