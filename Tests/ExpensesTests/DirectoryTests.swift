import AppSupport
import Lockstep
import NIOHTTP1
import Testing

@testable import Expenses

/// The directory of employees and its aliases.
@Suite struct DirectoryTests {
    private static let path = "/api/expenses/employees"

    @Test(arguments: StoreKind.allCases) func everybodyHasADirectoryOfTheirOwn(_ kind: StoreKind) async throws
    {
        try await Office.run(on: kind) { office in
            let put = { @Sendable (path: String, body: String) in
                try await office.client.send(.PUT, path, body: body)
            }
            let first = try await put(
                Self.path,
                #"{"employees": [{"id": "2", "name": "Bo"}, {"id": "1", "name": "Al", "aliases": ["A L"]}]}"#)
            #expect(first.status == 200, "\(first.text)")
            #expect(
                try first["employees"]?[0]?["id"] == "1" && first["employees"]?[0]?["aliases"]?[0] == "A L")
            let aliases = try await put(Self.path + "/2/aliases", #"{"aliases": ["B O", "BOB", "BOB"]}"#)
            #expect(try aliases["aliases"] == ["B O", "BOB"])
            #expect(
                try await office.client.send(.GET, Self.path + "/2/aliases")["aliases"] == ["B O", "BOB"])
            #expect(try await office.client.send(.GET, Self.path, as: "ben")["employees"] == [])

            // Whoever stays keeps the aliases that are not said; whoever goes takes them along.
            _ = try await put(Self.path, #"{"employees": [{"id": "2", "name": "Bob"}]}"#)
            let now = try await office.client.send(.GET, Self.path)["employees"]
            #expect(now == [["id": "2", "name": "Bob", "aliases": ["B O", "BOB"]]])
            #expect(try await put(Self.path + "/1/aliases", #"{"aliases": []}"#).status == 404)
        }
    }

    @Test func whatIsNoDirectoryIsRefused() async throws {
        try await Office.run(on: .sqlite) { office in
            for body in [
                "{}", #"{"employees": [{"id": "1"}]}"#, #"{"employees": [{"id": "", "name": "A"}]}"#,
                #"{"employees": [{"id": "1", "name": "  "}]}"#, #"{"employees": {"id": "1"}}"#,
                #"{"employees": [{"id": "1", "name": "A"}, {"id": "1", "name": "B"}]}"#,
                #"{"employees": [{"id": "1", "name": "A", "aliases": [1]}]}"#, #"{"people": []}"#,
            ] {
                let reply = try await office.client.send(.PUT, Self.path, body: body)
                #expect(reply.status == 422, "\(body): \(reply.text)")
            }
            let worker = try await office.client.send(.GET, Self.path, as: "willi")
            #expect(worker.status == 403)
        }
    }
}
