import Foundation
import Lockstep
import LockstepTesting
import Testing

/// The generated tables themselves.
@Suite struct TableTests {
    /// The table is one reading of the declaration, the edges are another.
    @Test(arguments: Listed.asked)
    func theTableAndTheEdgesSayTheSame(_ listed: Listed) throws {
        let definition = try listed.definition.audited()
        let table = MoveTable(definition)
        for from in definition.names {
            for to in definition.names {
                let edge = definition.edge(from: from, to: to)
                for actor in Actor.Kind.allCases {
                    let causes = edge?.causes.filter { $0.value.contains(actor) }.keys
                    #expect(
                        Set(causes.map(Array.init) ?? []) == table.causes(from: from, to: to, by: actor),
                        "\(listed.document): \(from) → \(to) by the \(actor.rawValue)")
                }
            }
        }
        #expect(table.starts == definition.initial)
        #expect(table.differences(from: table).isEmpty)
    }

    /// Set `LOCKSTEP_WRITE_TABLES` (as `make docs` does) to write the documents instead.
    @Test(arguments: Listed.all)
    func theDocumentIsNotStale(_ listed: Listed) throws {
        let path = "docs/lifecycles/\(listed.document).md"
        let text = MoveTable(listed.definition).markdown
        if ProcessInfo.processInfo.environment["LOCKSTEP_WRITE_TABLES"] != nil {
            try Data(text.utf8).write(to: Repository.root.appending(path: path), options: .atomic)
        } else {
            #expect(try Repository.text(path) == text, "\(path) is stale: run 'make docs'")
        }
    }

    @Test func everyDocumentHasItsLifecycle() throws {
        let folder = Repository.root.appending(path: "docs/lifecycles").path
        let documents = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".md")
        }
        #expect(documents.sorted() == Listed.all.map { "\($0.document).md" }.sorted())
    }

    /// One table by hand: the generator does not judge itself.
    @Test func theTableOfFootageIsAsOneWouldWriteIt() {
        let table = MoveTable(Listed.footage.definition)
        let letters = table.statuses.map { from in
            table.statuses.map { to in
                Actor.Kind.allCases.filter { table.allows(from: from, to: to, by: $0) }.map {
                    String($0.rawValue.prefix(2))
                }.joined(separator: "+")
            }
        }
        #expect(
            letters == [
                ["", "ev+ow+op", "", "", "ev+ow+op+en"],
                ["", "", "wo", "", "ow+op+en"],
                ["", "", "", "wo", "wo+ow+op+en"],
                ["", "", "", "", ""],
                ["", "ow+op", "", "", ""],
            ])
    }
}
