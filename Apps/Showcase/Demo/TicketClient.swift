import Foundation
import Lockstep

/// Walks through ticket sessions as any client may.
extension Client {
    private static let tickets = "/api/tickets"

    private static func session(_ id: String) -> String { "\(tickets)/sessions/\(id)" }

    /// Begins a session for a site, which may be refused.
    func beginTickets(_ site: String) async throws -> Reply {
        try await send("POST", Self.tickets + "/sessions", body: try Self.json(["site_name": .string(site)]))
    }

    /// Says what the site is.
    func describe(_ id: String, site: String, about: String) async throws -> Replies.TicketSession {
        let body = try Self.json(["site_name": .string(site), "site_description": .string(about)])
        return try await call("PUT", Self.session(id) + "/site", body: body).json()
    }

    /// Uploads exports of the site.
    func uploadSite(_ files: [(name: String, content: Data)], to id: String) async throws
        -> Replies.TicketSession
    {
        let boundary = "demo-\(UUID().uuidString)"
        var body = Data()
        for file in files {
            body += Data("--\(boundary)\r\n".utf8)
            body += Data("Content-Disposition: form-data; name=\"files\"; filename=\"\(file.name)\"\r\n".utf8)
            body += Data("Content-Type: application/octet-stream\r\n\r\n".utf8)
            body += file.content + Data("\r\n".utf8)
        }
        body += Data("--\(boundary)--\r\n".utf8)
        let type = "multipart/form-data; boundary=\(boundary)"
        return try await call("POST", Self.session(id) + "/files", body: body, type: type).json()
    }

    func draftTickets(_ id: String) async throws -> Replies.TicketSession {
        try await call("POST", Self.session(id) + "/process", body: Data("{}".utf8)).json()
    }

    func ticketSession(_ id: String) async throws -> Replies.TicketSession {
        try await call("GET", Self.session(id)).json()
    }

    func tickets(of id: String) async throws -> [Replies.Ticket] {
        try await call("GET", Self.session(id) + "/tickets").json(Replies.TicketList.self).tickets
    }

    /// Changes a ticket.
    func edit(_ ticket: String, _ change: [String: JSONValue]) async throws -> Replies.Ticket {
        try await call("PATCH", "\(Self.tickets)/tickets/\(ticket)", body: try Self.json(change)).json()
    }

    func exportTickets(_ id: String, to project: String) async throws -> Replies.TicketSession {
        let body = try Self.json(["jira_project_key": .string(project)])
        return try await call("POST", Self.session(id) + "/export", body: body).json()
    }

    /// Asks for another stage, which may be refused.
    func move(_ id: String, to stage: String) async throws -> Reply {
        try await send("PATCH", Self.session(id), body: try Self.json(["current_stage": .string(stage)]))
    }

    private static func json(_ members: [String: JSONValue]) throws -> Data {
        Data(try JSONValue.object(members).encoded().utf8)
    }
}

extension Replies {
    struct TicketSession: Decodable {
        struct Fault: Decodable {
            let message: String
        }
        let id: String
        let stage: String
        let status: String
        let progress: Int
        let detail: String?
        let total: Int
        let failure: Fault?

        private enum CodingKeys: String, CodingKey {
            case id, status, progress, failure
            case stage = "current_stage"
            case detail = "progress_detail"
            case total = "total_tickets_generated"
        }
    }

    struct Ticket: Decodable {
        let id: String
        let subject: String
        let summary: String
        let revision: Int
        let approved: Bool
        let key: String?
        let url: String?

        private enum CodingKeys: String, CodingKey {
            case id, subject, summary, revision, approved
            case key = "jira_key"
            case url = "jira_url"
        }
    }

    struct TicketList: Decodable { let tickets: [Ticket] }
}
