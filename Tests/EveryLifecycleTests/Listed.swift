import Anomaly
import Content
import Expenses
import Foundation
import Lockstep
import LockstepTesting
import Testing
import Tickets
import Video

@testable import readme_example

/// A lifecycle of this repository, in the list that every test here goes through.
struct Listed: Sendable, CustomTestStringConvertible {
    /// The file that declares it, from the repository's root.
    let file: String
    /// The name of its table in docs/lifecycles.
    let document: String
    /// The name of the type.
    let type: String
    /// What it declares.
    let definition: Definition
    /// An input that its handlers can read, as JSON text.
    let input: String
    /// The typed Swift API on a store.
    let jobs: @Sendable (any Store) async throws -> any MoveFace
    /// Workers on a store.
    let workers: @Sendable (any Store) -> any MoveFace

    var testDescription: String { document }

    init<L: Lifecycle>(
        _ lifecycle: L.Type, in file: String, document: String? = nil, input: String = "{}"
    ) {
        self.file = file
        self.document = document ?? L.name
        self.input = input
        type = "\(L.self)"
        definition = Definition(L.self)
        jobs = { store in
            let typed = try JSONText.decode(L.Input.self, from: input)
            return JobsFace("Jobs", try await Jobs<L>(on: store), input: typed)
        }
        workers = { store in WorkerFace<L>("a worker's returns", on: store) }
    }

    /// Every lifecycle in Sources, Apps and examples; `ListTests` fails when one is missing.
    static let all = [
        Listed(Parcel.self, in: "Sources/LockstepTesting/Parcel.swift"),
        Listed(Footage.self, in: "Sources/LockstepTesting/Parcel.swift"),
        Listed(Shipment.self, in: "Sources/LockstepTesting/Simulation/Shipment.swift"),
        Listed(
            AnomalySession.self, in: "Apps/Anomaly/Lifecycle/AnomalySession.swift",
            input: #"{"dataset_id": "d"}"#),
        Listed(VideoJob.self, in: "Apps/Video/Lifecycle/VideoJob.swift"),
        Listed(ExpenseSession.self, in: "Apps/Expenses/Lifecycle/ExpenseSession.swift"),
        Listed(ContentRequest.self, in: "Apps/Content/Lifecycle/ContentRequest.swift"),
        Listed(
            ContentMessage.self, in: "Apps/Content/Lifecycle/ContentMessage.swift",
            input: #"{"sha256":"","length":0}"#),
        Listed(TicketSession.self, in: "Apps/Tickets/Lifecycle/TicketSession.swift"),
        Listed(VideoSession.self, in: "Apps/Video/Lifecycle/VideoSession.swift"),
        Listed(Export.self, in: "examples/readme/main.swift"),
        Listed(
            Embedded.Export.self, in: "examples/embedded/Sources/embedded/main.swift",
            document: "embedded-export", input: "[]"),
    ]

    /// The list, and a lifecycle of these tests alone.
    static let asked = all + [Listed(Attic.self, in: "Tests/EveryLifecycleTests/Attic.swift")]

    static let parcel = all[0]
    static let footage = all[1]
}

/// The example of a package of its own, which cannot be imported: its declaration word for word.
enum Embedded {
    enum Export: String, Lifecycle {
        case rendering, done, failed
        typealias Input = [String]
        typealias Output = String
        static let initial: Set = [rendering]
        static let failure = failed

        var rules: Rules<Self> {
            switch self {
            case .rendering: .works(within: .minutes(5)).retries(.exponential, attempts: 3).moves(to: .done)
            case .done: .succeeds(keptFor: .days(30))
            case .failed: .fails(keptFor: .days(30)).reopens(to: .rendering)
            }
        }
    }
}

/// Files of the repository.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
