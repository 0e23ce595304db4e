import Foundation
import Lockstep
import LockstepSQL

/// A definition as it was found in a file or a database, readable or not.
struct FoundDefinition {
    /// Where it was found, for people.
    let place: String
    /// The lifecycle's name, when it could be read.
    let name: String?
    /// The definition, or why it cannot be read.
    let definition: Result<Definition, CommandError>

    /// Every fault, one sentence each.
    var faults: [String] {
        switch definition {
        case .success(let definition): definition.audit()
        case .failure(let error): [error.description]
        }
    }

    /// Reads a definition file: one definition as a JSON object, or several as a list.
    static func read(file: String) throws -> [FoundDefinition] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: file))
        } catch {
            throw CommandError("the definition file '\(file)' cannot be read; name a file that is there")
        }
        let text = String(decoding: data, as: UTF8.self)
        do {
            if case .array(let items) = try JSONValue(parsing: text) {
                return try items.enumerated().map { index, item in
                    found(try item.encoded(), at: "\(file)[\(index)]")
                }
            }
        } catch {
            // Not even JSON: reading it as a definition says where.
        }
        return [found(text, at: file)]
    }

    /// The definitions that a database holds, those included that this version cannot read.
    static func stored(in store: any Database) async throws -> [FoundDefinition] {
        let (place, table) = (store.place, store.definitionsTable)
        let rows = try await store.read {
            try $0.query("SELECT name, json FROM \(table) ORDER BY name")
        }
        return rows.map { row in found(row[1].text ?? "", at: place, named: row[0].text) }
    }

    private static func found(_ text: String, at place: String, named name: String? = nil) -> FoundDefinition
    {
        func unreadable(_ why: String) -> FoundDefinition {
            FoundDefinition(place: place, name: name, definition: .failure(CommandError(why)))
        }
        if let broken = Sentence.brokenJSON(text) { return unreadable("this is no JSON: \(broken)") }
        do {
            let definition = try JSONText.decode(Definition.self, from: text)
            return FoundDefinition(place: place, name: definition.name, definition: .success(definition))
        } catch {
            return unreadable("this is no definition: \(Sentence.of(error))")
        }
    }
}
