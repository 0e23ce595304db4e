import Foundation
import Lockstep

/// What the API answers, as far as the demo reads it.
enum Replies {
    struct Upload: Decodable { let id: String }

    struct Start: Decodable {
        let sessionID: String
        let reused: Bool
        private enum CodingKeys: String, CodingKey {
            case sessionID = "session_id"
            case reused
        }
    }

    struct Session: Decodable {
        let id: String
        let status: String
        let progress: Int
        let detail: String?
        let reason: String?
    }

    struct Status: Decodable {
        let status: String
        let progress: Int
        let session: Session?
        let triage: Session?
    }

    struct Contribution: Decodable { let column: String }

    struct Row: Decodable {
        let rank: Int
        let line: Int
        let score: Double
        let explanation: String?
    }

    struct Anomalies: Decodable {
        let count: Int
        let threshold: Double
        let rows: [Row]
        private enum CodingKeys: String, CodingKey {
            case count = "anomaly_count"
            case rows = "anomalies"
            case threshold
        }
    }

    struct Actor: Decodable {
        let kind: String
        let name: String?
    }

    struct Entry: Decodable {
        let kind: String
        let from: String?
        let to: String
        let actor: Actor
        let attempt: Int
        let at: Timestamp
    }

    struct History: Decodable { let entries: [Entry] }

    struct Problem: Decodable {
        let detail: String
        let accepted: [String]?
    }
}
