import Lockstep
import LockstepTesting
import Testing

/// Webhooks in definitions.
@Suite struct WebhookTests {
    enum Errand: String, Lifecycle {
        case queued, running, done, failed
        static let initial: Set = [queued]
        static let failure = failed
        var rules: Rules<Self> {
            switch self {
            case .queued: .queues(for: .running, within: .hours(1))
            case .running: .works(within: .minutes(5)).moves(to: .done).webhook("errands")
            case .done: .succeeds(keptFor: .days(1))
            case .failed: .fails(keptFor: .days(1))
            }
        }
    }

    static func faults(_ webhook: String, on status: Int = 1) -> [String] {
        var statuses = Definition(Errand.self).statuses
        statuses[1].webhook = nil
        statuses[status].webhook = Webhook(webhook)
        return Definition(name: "errand", statuses: statuses, initial: ["queued"]).audit()
    }

    @Test func aDefinitionKeepsItAndHasNoWordOfItOtherwise() throws {
        let definition = try Definition(Errand.self).audited()
        #expect(definition.pushed.map(\.name) == ["running"])
        let text = try definition.canonicalJSON()
        #expect(text.contains(#""webhook":"errands""#))
        #expect(try JSONText.decode(Definition.self, from: text) == definition)
        // What was stored before keeps its text, and with it its fingerprint.
        #expect(try !Definition(Parcel.self).canonicalJSON().contains("webhook"))
    }

    @Test func gainingOneIsACompatibleChange() throws {
        var statuses = Definition(Errand.self).statuses
        statuses[1].webhook = nil
        let before = Definition(name: "errand", statuses: statuses, initial: ["queued"])
        #expect(
            DefinitionChange(from: before, to: Definition(Errand.self))
                == .compatible(["the rules of status 'running' changed"]))
        #expect(before.covers(Definition(Errand.self)) && Definition(Errand.self).covers(before))
    }

    @Test(arguments: [
        "renderer", "https://work.example.org/render?x=1", "https://[2001:db8::1]:8443/",
        "http://localhost:8080/",
        "http://127.0.0.1:8080", "http://[::1]:8080/x",
    ])
    func namesAndAddressesAreTaken(text: String) {
        #expect(Self.faults(text) == [])
    }

    @Test(arguments: [
        (
            "Renderer",
            "which is no name; use lower-case letters, digits and '_', 40 characters at most, or a URL"
        ),
        ("", "which is no name; use lower-case letters, digits and '_', 40 characters at most, or a URL"),
        ("http://work.example.org/", "which anybody on the way can read; use https"),
        ("ftp://work.example.org/", "which is spoken to by neither https nor http; use https"),
        (
            "https://a:b@work.example.org/",
            "which holds a password that everybody can read; take it out, deliveries are signed"
        ),
        ("https://work.example.org/#x", "whose fragment no server sees; take it out"),
        ("https:///x", "which is no URL; write for example https://work.example.org/render"),
    ])
    func whatIsNeitherIsAFault(text: String, why: String) {
        #expect(Self.faults(text) == ["status 'running' names the webhook '\(text)', \(why)"])
    }

    @Test func onlyWorkIsPushed() {
        #expect(
            Self.faults("renderer", on: 0) == [
                "status 'queued' names a webhook but no worker works in it; name the webhook on the working status"
            ])
    }

    @Test func itIsSaidInWords() {
        #expect(Webhook("renderer").words == "pushed to the webhook 'renderer'")
        #expect(Webhook("https://work.example.org/").words == "pushed to https://work.example.org/")
    }
}
