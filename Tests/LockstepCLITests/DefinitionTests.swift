import Foundation
import Lockstep
import LockstepTesting
import Testing

/// What the command line says about definitions.
@Suite struct DefinitionTests {
    @Test func storedDefinitionsAreAudited() async throws {
        let depot = try await Depot()
        let run = try await depot.tool.run("audit")
        #expect(run.code == 0)
        #expect(run.out.contains("✓ parcel"))
        #expect(run.out.contains("no bound: 'review' lasts for ever"))
        let found = try #require(try await depot.tool.run("audit", "--json").json()["definitions"]).items
        #expect(found.map(\.["lifecycle"]?.text) == ["parcel"])
        #expect(found[0]["faults"]?.items.isEmpty == true)
        #expect(found[0]["longest"]?["endless"]?.text == "review")
    }

    @Test func filesAreAuditedAndFaultsEndWithOne() async throws {
        let depot = try await Depot()
        let bad = Definition(
            name: "bad", statuses: [StatusRule(name: "doing", kind: .work, limit: .forever)],
            initial: ["doing"])
        let list = "[\(try bad.canonicalJSON()), \(try depot.parcels.definition.canonicalJSON())]"
        for (name, text) in [
            ("bad.json", list), ("typo.json", #"{"name": "x", "initial": []}"#), ("text.json", "name: x"),
        ] {
            try text.write(toFile: depot.scratch.path(name), atomically: true, encoding: .utf8)
        }
        let run = try await depot.tool.run("audit", "bad.json", "--json")
        #expect(run.code == 1)
        let found = try #require(try run.json()["definitions"]).items
        #expect(found.map(\.["place"]?.text) == ["bad.json[0]", "bad.json[1]"])
        #expect(found[0]["faults"]?.items.compactMap(\.text) == bad.audit())
        #expect(!bad.audit().isEmpty)
        #expect(found[1]["faults"]?.items.isEmpty == true)

        let others = try await depot.tool.run("audit", "typo.json", "text.json")
        #expect(others.code == 1)
        #expect(others.out.contains("this is no definition: 'statuses' is missing"))
        #expect(others.out.contains("✗ ?  text.json"))
        #expect(others.out.contains("this is no JSON: "))
        let gone = try await depot.tool.run("audit", "gone.json")
        #expect(gone.code == 1)
        #expect(gone.errors.contains("'gone.json' cannot be read"))
    }

    @Test func unknownKeysOfAFileAreRefused() async throws {
        let depot = try await Depot()
        let good = try depot.parcels.definition.canonicalJSON()
        for (name, text, sentence) in [
            (
                "rule.json", good.replacing("\"stuckAfter\"", with: "\"stuckafter\""),
                "the key 'stuckafter' says nothing in status 'announced'"
            ),
            (
                "top.json", good.replacing("{\"initial\"", with: "{\"colour\":1,\"initial\""),
                "the key 'colour' says nothing in a definition"
            ),
            (
                "short.yaml", "lifecycle: a\nstates: {}\n",
                "short.yaml:2: the key 'states' says nothing in a lifecycle; write 'statuses'"
            ),
        ] {
            try text.write(toFile: depot.scratch.path(name), atomically: true, encoding: .utf8)
            let run = try await depot.tool.run("audit", name)
            #expect(run.code == 1 && run.out.contains(sentence), "\(name): \(run.out)")
        }
        // The form that people write may be JSON too.
        let json =
            #"{"lifecycle": "a", "initial": "w", "failure": "f", "statuses": {"w": {"works": "1m", "moves_to": "d"}, "d": {"succeeds": "1d"}, "f": {"fails": "1d"}}}"#
        try json.write(toFile: depot.scratch.path("a.json"), atomically: true, encoding: .utf8)
        let run = try await depot.tool.run("audit", "a.json")
        #expect(run.code == 0 && run.out.contains("✓ a"), "\(run)")
    }

    @Test func lifecyclesAreDrawn() async throws {
        let depot = try await Depot()
        let definition = depot.parcels.definition
        let text = try await depot.tool.run("diagram", "parcel")
        #expect(text.lines.allSatisfy { $0.count <= 80 })
        for status in definition.names { #expect(text.out.contains(" \(status) "), "\(status)") }
        #expect(text.out.contains("●▶ queued"))
        #expect(text.out.contains("waits for the address, 10m at most"))
        #expect(try await depot.tool.run("diagram", "parcel", "--format", "dot").out == definition.dot())
        let json = try await depot.tool.run("diagram", "parcel", "--format", "mermaid", "--json").json()
        #expect(json["diagram"]?.text == definition.mermaid())

        try definition.canonicalJSON().write(
            toFile: depot.scratch.path("parcel.json"), atomically: true, encoding: .utf8)
        #expect(try await depot.tool.run("diagram", "parcel.json").out == text.out)
        #expect(
            try await depot.tool.run("diagram", "letter").errors.contains("there is no lifecycle 'letter'"))
    }
}
