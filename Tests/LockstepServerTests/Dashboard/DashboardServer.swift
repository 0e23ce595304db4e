import Foundation
import Lockstep
import LockstepServer
import LockstepTesting
import NIOCore
import NIOHTTP1
import Testing

extension TestServer {
    /// Serves the dashboard over an empty memory store with two lifecycles.
    static func withDashboard(
        _ body: @Sendable (TestServer, MemoryStore) async throws -> Void
    ) async throws {
        let store = MemoryStore(time: TestTime())
        _ = try await store.install([Definition(Parcel.self), Definition(Footage.self)])
        let router = LockstepServer.router(store: store, tokens: tokens)
        Dashboard(store: store).add(to: router)
        APIRoutes(store: store).add(to: router)
        try await run(router) { try await body($0, store) }
    }

    static let page = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    /// Asks for a page as a browser does.
    func page(_ path: String, as user: String, headers: [String: String] = [:]) async throws -> Answer {
        var all = ["Accept": Self.page, "Cookie": "lockstep_token=\(user)-token"]
        all.merge(headers) { $1 }
        return try await send(.GET, path, headers: all)
    }

    /// Sends a form as a browser does, with the token of the session's pages unless another one is given.
    func submit(
        _ path: String, as user: String, _ fields: [String: String], token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var fields = fields
        let own = try await formToken(of: user)
        fields["form_token"] = token ?? own
        var all = [
            "Accept": Self.page, "Cookie": "lockstep_token=\(user)-token",
            "Origin": "http://127.0.0.1:\(port)",
            "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded",
        ]
        all.merge(headers) { $1 }
        let text = fields.filter { $0.value != "-" }.map { "\($0.key)=\(Self.encoded($0.value))" }
        return try await send(
            .POST, path, body: ByteBuffer(string: text.joined(separator: "&")), headers: all)
    }

    /// The token that the forms of somebody's pages carry.
    func formToken(of user: String) async throws -> String {
        let lifecycle = try await page("/dashboard/lifecycles/parcel", as: "olga")
        guard user != "olga" else { return try #require(Self.formToken(in: lifecycle.text)) }
        let id = try await start(as: user == "willi" ? "anna" : user)
        let job = try await page("/dashboard/jobs/\(id)", as: user == "willi" ? "anna" : user)
        return try #require(Self.formToken(in: job.text))
    }

    static func formToken(in page: String) -> String? {
        guard let place = page.range(of: "name=\"form_token\" value=\"") else { return nil }
        return String(page[place.upperBound...].prefix { $0 != "\"" })
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            let digits = String(byte, radix: 16)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
