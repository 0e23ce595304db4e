import Foundation
import Lockstep
import LockstepServer
import LockstepTesting
import Testing

/// `lockstep tokens`, on both databases.
@Suite struct TokensTests {
    @Test(arguments: Depot.Kind.allCases)
    func theyAreMadeListedAndTakenAway(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let tokens = SQLTokens(store: depot.store)
        let run = try await depot.tool.run("tokens", "create", "--user", "anna", "--role", "client")
        #expect(run.code == 0 && run.lines.count == 1, "\(run)")
        let anna = try #require(run.lines.first)
        #expect(try await tokens.identity(forToken: anna) == Identity(user: "anna", role: .client))

        let bound = try await depot.tool.run(
            "tokens", "create", "--user", "gpu", "--role", "worker", "--lifecycle", "parcel", "--lifecycle",
            "footage", "--expires-in", "90d", "--note", "rack 4", "--json"
        ).json()
        let gpu = try #require(bound["token"]?.text)
        #expect(
            try await tokens.identity(forToken: gpu)
                == Identity(user: "gpu", role: .worker, lifecycles: ["parcel", "footage"]))
        #expect(bound["expires_at"]?.text != nil)

        let list = try await depot.tool.run("tokens", "list")
        #expect(list.lines.count == 3 && list.out.contains("footage, parcel") && list.out.contains("rack 4"))
        #expect(!list.out.contains(anna) && !list.out.contains(gpu))
        let some = try await depot.tool.run("tokens", "list", "--role", "client", "--json").json()
        #expect(some["tokens"]?.items.compactMap(\.["user"]?.text) == ["anna"])
        #expect(some["tokens"]?.items.first?["last_used_at"]?.text != nil)

        let id = try #require(bound["id"]?.text)
        #expect(try await depot.tool.run("tokens", "revoke", id).out == "1 revoked\n")
        #expect(try await tokens.identity(forToken: gpu) == nil)
        let again = try await depot.tool.run("tokens", "revoke", id)
        #expect(again.code == 1 && again.errors.contains("there is no token '\(id)'"))
        #expect(try await depot.tool.run("tokens", "revoke", "--user", "anna").out == "1 revoked\n")
        #expect(try await depot.tool.run("tokens", "list", "--json").json()["tokens"]?.items.isEmpty == true)
    }

    @Test func mistakesAreSaid() async throws {
        let depot = try await Depot()
        for (arguments, code, sentence) in [
            (["create", "--user", "a", "--role", "emperor"], Int32(2), "emperor"),
            (
                ["create", "--user", "a", "--role", "client", "--lifecycle", "parcel"], 1,
                "only a worker's token"
            ),
            (
                ["create", "--user", "a", "--role", "client", "--expires-in", "soon"], 2,
                "--expires-in is a time"
            ),
            (["create", "--user", "", "--role", "client"], 1, "a user's name must have 1 to"),
            (["revoke"], 2, "name tokens by id"), (["revoke", "x", "--user", "a"], 2, "and not both"),
        ] {
            let run = try await depot.tool.run(["tokens"] + arguments) { _ in }
            #expect(run.code == code && run.errors.contains(sentence), "\(arguments): \(run.errors)")
        }
    }
}
