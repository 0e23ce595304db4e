import Foundation
import Lockstep
import LockstepPush
import LockstepTesting
import Testing

/// Signatures of deliveries, made here and verified here and in Python.
@Suite struct PushSignatureTests {
    static let now = Timestamp(microseconds: 1_767_225_600_500_000)
    static let body = Array(#"{"message":{}}"#.utf8)
    static let secrets = ["the newer secret", "the older secret"]
    static let header = PushSignature.sign(body, at: now, with: secrets)

    func refusal(
        _ header: String?, body: [UInt8] = body, _ secrets: [String] = secrets, later: Duration = .zero
    ) -> PushSignature.Refusal? {
        do throws(PushSignature.Refusal) {
            try PushSignature.verify(header, body: body, secrets: secrets, now: Self.now + later)
            return nil
        } catch {
            return error
        }
    }

    @Test func theFormIsTheDocumentedOne() {
        // Made with OpenSSL: printf '1767225600.{"message":{}}' | openssl dgst -sha256 -hmac 'the newer secret'
        #expect(Self.header.hasPrefix("t=1767225600,v1="))
        #expect(Self.header.split(separator: ",").count == 3)
        #expect(refusal(Self.header) == nil)
    }

    @Test func eitherSecretIsEnough() {
        #expect(refusal(Self.header, ["the newer secret"]) == nil)
        #expect(refusal(Self.header, ["the older secret"]) == nil)
        #expect(refusal(Self.header, ["another secret"]) == .forged)
        #expect(refusal(Self.header, []) == .forged)
        #expect(refusal(Self.header, [""]) == .forged)
    }

    @Test func anotherBodyOrTimeIsForged() {
        #expect(refusal(Self.header, body: Array("{}".utf8)) == .forged)
        #expect(refusal(Self.header.replacing("t=1767225600", with: "t=1767225601")) == .forged)
    }

    @Test func aReplayIsRefusedOnceItIsLate() {
        #expect(refusal(Self.header, later: .seconds(299)) == nil)
        #expect(refusal(Self.header, later: .seconds(301)) == .late)
        #expect(refusal(Self.header, later: .seconds(-299)) == nil)
        #expect(refusal(Self.header, later: .seconds(-302)) == .late)
    }

    @Test(arguments: [
        nil, "", "t=1767225600", "v1=00", "t=x,v1=00", "t=1,t=1767225600,v1=00", "t=-1,v1=00",
        "t=99999999999999999999,v1=00", "t=1767225600,v1=", "t=1767225600,v1=zz", "t=1767225600,v0=00",
        "t=1767225600,v1=" + String(repeating: "+1", count: 32),
        "t=1767225600" + String(repeating: ",v1=" + String(repeating: "00", count: 32), count: 9),
    ])
    func whatIsMalformedIsRefused(header: String?) {
        #expect(refusal(header) == .malformed)
    }

    @Test func aLaterVersionMaySignInAnotherWayAsWell() {
        #expect(refusal(Self.header + ",v2=whatever") == nil)
    }
}
