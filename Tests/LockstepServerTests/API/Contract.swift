import Foundation
import Lockstep
import LockstepServer
import NIOHTTP1
import Synchronization
import Testing

/// Holds every answer of a server to its OpenAPI document: status, content type, headers and body.
struct Contract: Sendable {
    let document: JSONValue

    /// Reading the document takes longer than most tests, and nearly all servers have the same.
    private static let read = Mutex<[String: JSONValue]>([:])

    /// - Parameter text: the document's.
    init(text: String) throws {
        if let known = Self.read.withLock({ $0[text] }) {
            document = known
            return
        }
        let value = try JSONValue(parsing: text)
        Self.read.withLock { $0[text] = value }
        document = value
    }

    /// Records an issue for what an answer has and the document does not say.
    /// - Returns: whether the path is one of the document's.
    @discardableResult
    func check(_ answer: Answer, to method: HTTPMethod, _ target: String) -> Bool {
        let path = String(target.prefix { $0 != "?" })
        // What only looks like a route is none, and a browser that asks for a page is sent to sign in.
        guard !path.contains("//"), !path.hasSuffix("/"), answer.status != 303 else { return false }
        guard let (template, operations) = operations(path) else { return false }
        let place = "\(method) \(template): \(answer.status)"
        // HEAD is answered as GET is, without the body.
        let name = method == .HEAD && operations["head"] == nil ? "get" : method.rawValue.lowercased()
        guard let operation = operations[name] else {
            #expect(answer.status == 405 || answer.status == 401, "\(place)")
            return true
        }
        guard let response = operation["responses"]?[String(answer.status)] else {
            Issue.record("\(place) is not declared: \(answer.text.prefix(300))")
            return true
        }
        checkHeaders(answer, response, place)
        if method != .HEAD { checkBody(answer, response, place) }
        return true
    }

    private func operations(_ path: String) -> (template: String, [String: JSONValue])? {
        let parts = path.split(separator: "/")
        let matching = (document["paths"]?.members ?? [:]).filter { template, _ in
            let wanted = template.split(separator: "/")
            return wanted.count == parts.count
                && zip(wanted, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        let best = matching.min { $0.key.count { $0 == "{" } < $1.key.count { $0 == "{" } }
        return best.flatMap { found in found.value.members.map { (found.key, $0) } }
    }

    private func checkHeaders(_ answer: Answer, _ response: JSONValue, _ place: String) {
        let check = SchemaCheck(document: document)
        for (name, reference) in response["headers"]?.members ?? [:] {
            let header = check.resolve(reference["$ref"]?.text ?? "")
            guard let value = answer.headers.first(name: name) else {
                #expect(header["required"] != true, "\(place): the header \(name) is missing")
                continue
            }
            let faults = check.faults(.string(value), header["schema"] ?? .null, at: name)
            #expect(faults.isEmpty, "\(place)")
        }
    }

    private func checkBody(_ answer: Answer, _ response: JSONValue, _ place: String) {
        let type = answer.headers.first(name: "content-type")?.prefix { $0 != ";" }
        guard let content = response["content"]?.members, !content.isEmpty else {
            #expect(answer.text.isEmpty, "\(place): a body is not declared")
            return
        }
        guard let schema = (content[type.map(String.init) ?? ""] ?? content["*/*"])?["schema"] else {
            Issue.record("\(place): the content type \(type ?? "of nothing") is not declared")
            return
        }
        guard type?.hasSuffix("json") ?? false else { return }
        do {
            let faults = SchemaCheck(document: document).faults(try answer.json, schema)
            #expect(faults.isEmpty, "\(place)")
        } catch {
            Issue.record("\(place): the body is no JSON: \(error)")
        }
    }
}
