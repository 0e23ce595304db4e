import AppSupport
import Lockstep
import LockstepServer
import Logging
import Testing

@testable import Tickets

/// What is logged, word for word.
@Suite struct JournalTests {
    @Test(arguments: StoreKind.allCases) func everyStepIsLogged(kind: StoreKind) async throws {
        try await kind.open { store in
            let notebook = Notebook(from: .debug)
            let desk = try await Desk(store, logger: notebook.logger)
            let journal = desk.app.journal
            var place = try await journal.read(from: nil)
            let id = try await desk.start("site").id
            #expect(notebook.lines.last == "info: Session \(id) created for user anna")
            _ = try await desk.sessions.describe(id, as: .init(name: "site"), by: Desk.anna)
            place = try await journal.read(from: place)
            #expect(
                notebook.lines.last
                    == "info: Session \(id) transitioned from site_info_collection to upload for user anna")
            await #expect(throws: Problem.self) {
                _ = try await desk.sessions.transition(id, to: .completed, .completed, by: Desk.anna)
            }
            #expect(
                notebook.lines.suffix(2) == [
                    "debug: Session \(id) may go to completed: false",
                    "warning: Cannot transition from upload to completed",
                ])
            // A worker's steps too, and nothing where the stage stays the same.
            try await desk.jobs.move(id, to: .processing, by: .operator("olga"))
            try await desk.go(id, to: .processingFailed)
            place = try await journal.read(from: place)
            let steps = notebook.lines.filter { $0.contains("transitioned") }
            #expect(steps.count == 2)
            #expect(steps.last == "info: Session \(id) transitioned from upload to processing for user anna")
            _ = try await desk.sessions.incomplete(of: "anna", by: Desk.anna.actor)
            #expect(
                notebook.lines.last
                    == "notice: Session recovery initiated for user anna, found 1 incomplete sessions")
            _ = try await desk.sessions.recover(id, by: Desk.anna)
            #expect(
                notebook.lines.last
                    == "notice: Session \(id) recovered from stage processing, created 0 days ago")
            _ = place
        }
    }
}
