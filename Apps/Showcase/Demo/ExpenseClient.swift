import Foundation

/// Sends statements as any client may.
extension Client {
    private static let expenses = "/api/expenses"

    /// Says who works here.
    func setEmployees(_ directory: Data) async throws {
        let body = Data("{\"employees\":".utf8) + directory + Data("}".utf8)
        _ = try await call("PUT", Self.expenses + "/employees", body: body)
    }

    /// Uploads files as one session.
    func startExpenses(_ files: [ExpenseSample]) async throws -> Replies.ExpenseSession {
        let boundary = "demo-\(UUID().uuidString)"
        var body = Data()
        for file in files {
            body += Data("--\(boundary)\r\n".utf8)
            body += Data("Content-Disposition: form-data; name=\"files\"; filename=\"\(file.name)\"\r\n".utf8)
            body += Data("Content-Type: application/pdf\r\n\r\n".utf8)
            body += file.content + Data("\r\n".utf8)
        }
        body += Data("--\(boundary)--\r\n".utf8)
        let type = "multipart/form-data; boundary=\(boundary)"
        return try await call("POST", Self.expenses + "/sessions", body: body, type: type).json()
    }

    func expenseSession(_ id: String) async throws -> Replies.ExpenseSession {
        try await call("GET", "\(Self.expenses)/sessions/\(id)").json()
    }

    /// The report of a session, which may not be there.
    func expenseReport(_ id: String, as format: String) async throws -> Reply {
        try await send("GET", "\(Self.expenses)/sessions/\(id)/report?format=\(format)")
    }
}

extension Replies {
    struct ExpenseSession: Decodable {
        struct File: Decodable {
            let filename: String
            let phase: String
        }
        struct Counts: Decodable {
            let statements: Int
            let receipts: Int
            let transactions: Int
            let duplicates: Int
            let differences: Int
        }
        struct Flags: Decodable {
            let incomplete: Bool
            let unreconciled: Bool
        }
        struct Fault: Decodable {
            let message: String
            let code: String
        }
        let id: String
        let status: String
        let progress: Int
        let detail: String?
        let files: [File]
        let counts: Counts?
        let flags: Flags
        let failure: Fault?
    }
}
