import ExpenseStatements
import Hummingbird
import Lockstep
import LockstepServer

/// The user's directory of employees, by which card holders are known.
struct DirectoryRoutes: Sendable {
    let service: ExpenseService

    private static let most = 10_000
    private static let longest = 200

    private struct ListAnswer: Encodable {
        let employees: [Employee]
    }
    private struct AliasAnswer: Encodable {
        let aliases: [String]
    }

    func add(to group: RouterGroup<AppContext>) {
        group.get("/employees") { _, context in
            let user = try Asked.person(context).user
            return try Response.json(
                encoding: ListAnswer(employees: try await service.directory.employees(of: user)))
        }
        group.put("/employees") { request, context in
            let user = try Asked.person(context).user
            let body = try await RequestObject(reading: request, fields: ["employees"])
            let entries = try Self.list("employees", of: DirectoryEntry.self, in: body)
            try Self.check(entries)
            return try Response.json(
                encoding: ListAnswer(employees: try await service.directory.replace(entries, of: user)))
        }
        group.get("/employees/:id/aliases") { _, context in
            let user = try Asked.person(context).user
            let id = try context.parameters.require("id")
            guard let employee = try await service.directory.employees(of: user).first(where: { $0.id == id })
            else { throw Problem.noEmployee }
            return try Response.json(encoding: AliasAnswer(aliases: employee.aliases))
        }
        group.put("/employees/:id/aliases") { request, context in
            let user = try Asked.person(context).user
            let id = try context.parameters.require("id")
            let body = try await RequestObject(reading: request, fields: ["aliases"])
            let aliases = try Self.list("aliases", of: String.self, in: body)
            for alias in aliases { try Self.check(alias, is: "an alias") }
            guard
                let employee = try await service.directory.replace(aliases: aliases, of: id, owner: user)
            else { throw Problem.noEmployee }
            return try Response.json(encoding: AliasAnswer(aliases: employee.aliases))
        }
    }

    private static func list<Element: Decodable>(
        _ field: String, of type: Element.Type, in body: RequestObject
    ) throws -> [Element] {
        guard let text = body.json(field) else { throw Problem.unprocessable("'\(field)' is missing") }
        let list = try JSONText.decode([Element].self, from: text)
        guard list.count <= most else { throw Problem.unprocessable("'\(field)' may hold \(most) at most") }
        return list
    }

    private static func check(_ entries: [DirectoryEntry]) throws {
        var ids: Set<String> = []
        for entry in entries {
            try check(entry.id, is: "an employee's 'id'")
            try check(entry.name, is: "an employee's 'name'")
            for alias in entry.aliases ?? [] { try check(alias, is: "an alias") }
            guard ids.insert(entry.id).inserted else {
                throw Problem.unprocessable("two employees have the id '\(entry.id)'; each must have its own")
            }
        }
    }

    private static func check(_ text: String, is what: String) throws {
        guard (1...longest).contains(text.count), text.contains(where: { !$0.isWhitespace }),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw Problem.unprocessable("\(what) must have 1 to \(longest) characters, and none that control")
        }
    }
}
