import Crypto
import Foundation
import Lockstep

/// The signature of a delivery, in the header `Lockstep-Signature`:
///
///     t=1767225600,v1=5257a869e7…,v1=0f3c4a91d2…
///
/// `t` is the time of sending in seconds since 1970. Each `v1` is the HMAC-SHA256 (RFC 2104), in lower-case
/// hexadecimal, of `t`, a full stop and the body, under one secret: two while a secret is being replaced. The form is
/// the one that Stripe made common; the time is signed with the body, so that a delivery that was listened in on
/// cannot be sent again later.
public enum PushSignature {
    /// The header's name.
    public static let header = "Lockstep-Signature"
    /// How old, or how far ahead, a delivery may be: clocks differ.
    public static let tolerance = Duration.seconds(300)
    /// The most signatures of one header that are looked at.
    static let mostSignatures = 8

    /// The header's value.
    public static func sign(_ body: [UInt8], at moment: Timestamp, with secrets: [String]) -> String {
        let seconds = moment.microseconds / 1_000_000
        return (["t=\(seconds)"] + secrets.map { "v1=" + code(seconds, body, $0).hexadecimal }).joined(
            separator: ",")
    }

    /// Why a delivery is not to be believed.
    public enum Refusal: Error, Hashable {
        /// The header is missing or is not what ``PushSignature`` describes.
        case malformed
        /// It was sent too long ago, or its time has not come yet.
        case late
        /// None of the secrets made any of its signatures.
        case forged
    }

    /// Returns when a delivery comes from somebody who has one of the secrets, and is fresh.
    /// - Parameters:
    ///   - header: the value of ``header``; `nil` when none was sent.
    ///   - body: the body as it came, byte by byte.
    ///   - now: the receiver's time.
    /// - Throws: ``Refusal``.
    public static func verify(
        _ header: String?, body: [UInt8], secrets: [String], now: Timestamp,
        tolerance: Duration = tolerance
    ) throws(Refusal) {
        var seconds: Int64?
        var given: [[UInt8]] = []
        for part in (header ?? "").split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { throw .malformed }
            switch pair[0] {
            case "t":
                guard seconds == nil, pair[1].utf8.allSatisfy({ (48...57).contains($0) }),
                    let number = Int64(pair[1]), number < 1 << 40
                else { throw .malformed }
                seconds = number
            case "v1":
                guard let bytes = bytes(pair[1]), given.count < mostSignatures else { throw .malformed }
                given.append(bytes)
            // A later version may sign in another way as well.
            default: continue
            }
        }
        guard let seconds, !given.isEmpty else { throw .malformed }
        let age = now - Timestamp(microseconds: seconds * 1_000_000)
        guard age <= tolerance, age >= .zero - tolerance else { throw .late }
        // Each is compared with each, in constant time, so that the time of an answer tells nothing.
        var isKnown = false
        for secret in secrets where !secret.isEmpty {
            let key = SymmetricKey(data: Data(secret.utf8))
            for code in given
            where HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: text(seconds, body), using: key)
            {
                isKnown = true
            }
        }
        guard isKnown else { throw .forged }
    }

    private static func text(_ seconds: Int64, _ body: [UInt8]) -> Data { Data("\(seconds).".utf8) + body }

    private static func code(_ seconds: Int64, _ body: [UInt8], _ secret: String) -> [UInt8] {
        Array(
            HMAC<SHA256>.authenticationCode(
                for: text(seconds, body), using: SymmetricKey(data: Data(secret.utf8))))
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[place..<place + 2], as: UTF8.self)
            guard pair.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
                let byte = UInt8(pair, radix: 16)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
