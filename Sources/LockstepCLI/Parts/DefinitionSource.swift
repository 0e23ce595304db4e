import Foundation
import Lockstep
import LockstepFiles
import LockstepSQL

/// A definition as it was found in a file or a database, readable or not.
struct FoundDefinition {
    /// Where it was found, for people.
    let place: String
    /// The lifecycle's name, when it could be read.
    let name: String?
    /// The definition, or why it cannot be read.
    let definition: Result<Definition, CommandError>
    /// Where the file says it, and the columns it says it of.
    var source: DefinitionFile.Found?
    /// Whether it is on the way from one version to the next: what comes and what goes is not reached then.
    var isChanging = false

    /// Every fault, one sentence each.
    var faults: [String] {
        switch definition {
        case .success(let definition): isChanging ? definition.auditUnreached() : definition.audit()
        case .failure(let error): [error.description]
        }
    }

    /// What definition files are called.
    static let extensions = ["yaml", "yml", "json"]

    /// Reads a definition file: YAML as people write it, or JSON, which may be that form too, or a definition as
    /// Lockstep stores it. A file holds one lifecycle or a list of them.
    static func read(file: String) throws -> [FoundDefinition] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: file))
        } catch {
            throw CommandError("the definition file '\(file)' cannot be read; name a file that is there")
        }
        let text = String(decoding: data, as: UTF8.self)
        if ["yaml", "yml"].contains(URL(filePath: file).pathExtension.lowercased()) {
            return read(yaml: text, at: file)
        }
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
        let changing = Set(try await store.rollouts().filter(\.isUnderWay).map(\.lifecycle))
        return rows.map { row in
            var found = found(row[1].text ?? "", at: place, named: row[0].text)
            found.isChanging = found.name.map(changing.contains) ?? false
            return found
        }
    }

    private static func read(yaml text: String, at place: String) -> [FoundDefinition] {
        do {
            return try DefinitionFile.read(yaml: text, named: place).map { found in
                FoundDefinition(
                    place: place + (found.line.map { ":\($0)" } ?? ""), name: found.definition.name,
                    definition: .success(found.definition), source: found)
            }
        } catch {
            return [
                FoundDefinition(
                    place: place, name: nil, definition: .failure(CommandError(error.description)))
            ]
        }
    }

    private static func found(_ text: String, at place: String, named name: String? = nil) -> FoundDefinition
    {
        func unreadable(_ why: String) -> FoundDefinition {
            FoundDefinition(place: place, name: name, definition: .failure(CommandError(why)))
        }
        if let broken = Sentence.brokenJSON(text) { return unreadable("this is no JSON: \(broken)") }
        do {
            // Statuses by name are the form that people write; stored ones are a list, in their order.
            if name == nil, case .object? = try JSONValue(parsing: text)["statuses"] {
                return read(yaml: text, at: place)[0]
            }
            let definition = try JSONText.decode(Definition.self, from: text)
            // A newer version may have stored what this one does not know; in a file it is a misspelt word.
            if name == nil, let fault = unknownKey(try JSONValue(parsing: text)) { return unreadable(fault) }
            return FoundDefinition(place: place, name: definition.name, definition: .success(definition))
        } catch {
            return unreadable("this is no definition: \(Sentence.of(error))")
        }
    }

    /// What says nothing in the stored form of a definition.
    private static func unknownKey(_ value: JSONValue) -> String? {
        func unknown(_ value: JSONValue, _ known: [String], _ place: String) -> String? {
            guard case .object(let members) = value,
                let key = members.keys.sorted().first(where: { !known.contains($0) })
            else { return nil }
            return "the key '\(key)' says nothing \(place); known are \(known.joined(separator: ", "))"
        }
        if let fault = unknown(value, ["name", "statuses", "initial"], "in a definition") { return fault }
        guard case .array(let rules)? = value["statuses"] else { return nil }
        for rule in rules {
            let place = "in status '\(rule["name"]?.text ?? "?")'"
            if let fault = unknown(rule, StatusRule.keys, place) { return fault }
        }
        return nil
    }
}
