import ArgumentParser
import Foundation
import Lockstep
import LockstepPush
import Logging

/// Where the webhooks that definitions name are, and what deliveries to them are signed with.
struct PushArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where a webhook that lifecycles name is: renderer=https://work.example.org/render.",
            valueName: "name=url"))
    var webhook: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            A file with the secrets of webhooks, a line each: renderer=SECRET, or *=SECRET for all others. Two lines of \
            one name sign with both, while one is being replaced.
            """, valueName: "file"),
        completion: .file())
    var webhookSecrets: String?

    @Option(
        help: ArgumentHelp(
            "Addresses that are not of the public Internet and may be delivered to: 10.1.2.0/24.",
            valueName: "block"))
    var webhookAllow: [String] = []

    func validate() throws {
        for text in webhook where !text.dropFirst().contains("=") {
            throw ValidationError("--webhook is a name and a URL: renderer=https://work.example.org/render")
        }
        for text in webhookAllow where IPNetwork(text) == nil {
            throw ValidationError(
                "--webhook-allow '\(text)' is no block of addresses; write for example 10.1.2.0/24")
        }
    }

    /// The service, which pushes nothing yet. Blocks.
    func service(on store: any Store, grace: Duration, _ logger: Logger) throws -> PushService {
        let secrets = try webhookSecrets.map(Self.secrets) ?? [:]
        let others = secrets["*"] ?? []
        let targets = try webhook.map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            return try PushTarget(
                parts[0], url: parts.count > 1 ? parts[1] : "", secrets: secrets[parts[0]] ?? others)
        }
        let options = PushOptions(
            targets: targets, secrets: others,
            addresses: AddressRules(allowed: webhookAllow.compactMap { IPNetwork($0) }), grace: grace)
        return PushService(on: store, options: options, logger: logger)
    }

    private static func secrets(_ file: String) throws -> [String: [String]] {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw CommandError("the secrets file '\(file)' cannot be read as text; name one that can")
        }
        var secrets: [String: [String]] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw CommandError("\(file):\(number + 1): a line is a webhook's name, '=' and its secret")
            }
            secrets[parts[0], default: []].append(parts[1])
        }
        return secrets
    }
}
