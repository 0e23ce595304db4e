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

    // MARK: The video analysis

    struct VideoBegun: Decodable {
        struct Upload: Decodable {
            let url: String
            let method: String
            let headers: [String: String]
        }
        let jobID: String
        let upload: Upload
        private enum CodingKeys: String, CodingKey {
            case jobID = "job_id"
            case upload
        }
    }

    struct VideoCompleted: Decodable { let message: String }

    struct Video: Decodable {
        let status: String
        let progress: Int
        let detail: String?
        let reason: String?
    }

    struct VideoResult: Decodable {
        struct Cut: Decodable { let frame: Int }
        struct Span: Decodable {
            let start: Double
            let end: Double
        }
        struct Reel: Decodable {
            let name: String
            let duration: Double
        }
        struct Quick: Decodable {
            let duration: Double
            let cuts: [Cut]
            let seconds: Double
            private enum CodingKeys: String, CodingKey {
                case duration, cuts
                case seconds = "analysis_seconds"
            }
        }
        struct Deep: Decodable {
            let phases: [Span]
            let reel: Reel?
        }
        let quick: Quick
        let deep: Deep?
        let artefacts: [String: String]
    }
}
