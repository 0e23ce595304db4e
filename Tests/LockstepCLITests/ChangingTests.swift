import Lockstep
import LockstepSQLite
import LockstepTesting
import Testing

/// What the command line changes, and what it refuses.
@Suite struct ChangingTests {
    @Test(arguments: Depot.Kind.allCases)
    func aJobIsMovedInAnOperatorsName(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let id = try await depot.parcels.start([:], in: .announced).id
        let run = try await depot.tool.run(
            "jobs", "move", id.text, "queued", "--reason", "called", "--as", "olga")
        #expect(run.out == "\(id)  announced → queued\n")
        let last = try await depot.parcels.history(of: id).last
        #expect(last?.actor == .operator("olga"))
        #expect(last?.reason == "called")

        let refused = try await depot.tool.run("jobs", "move", id.text, "delivered", "--json")
        #expect(refused.code == 1)
        let sentence =
            "a job of lifecycle 'parcel' cannot move from 'queued' to 'delivered'; "
            + "allowed for the operator: 'lost', 'withdrawn'"
        #expect(refused.errors == "lockstep: \(sentence)\n")
        let document = try #require(try refused.json()["refused"])
        #expect(document["from"]?.text == "queued")
        #expect(document["to"]?.text == "delivered")
        #expect(document["allowed"]?.items == ["lost", "withdrawn"])
        #expect(try await depot.status(id) == "queued")
    }

    @Test(arguments: Depot.Kind.allCases)
    func pauseAndResume(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        _ = try await depot.parcels.start([:], in: .queued)
        let paused = try await depot.tool.run(
            "pause", "parcel", "queued", "--reason", "stocktaking", "--json", "--as", "olga")
        let document = try paused.json()
        #expect(document["lifecycle"]?.text == "parcel")
        #expect(document["status"]?.text == "queued")
        #expect(document["reason"]?.text == "stocktaking")
        #expect(document["by"]?["name"]?.text == "olga")
        #expect(document["paused_at"]?.text != nil)
        #expect(document["jobs"] == 1)
        #expect(try await depot.store.pauses().all.map(\.status) == ["queued"])
        let again = try await depot.tool.run("pause", "parcel", "queued").lines
        #expect(again.first == "it was paused already")
        #expect(again.last?.hasPrefix("'queued' of lifecycle 'parcel' is paused for ") ?? false)
        #expect(again.last?.hasSuffix(" by operator olga (stocktaking); 1 job is there") ?? false)

        let stuck = try await depot.tool.run("stuck")
        #expect(stuck.lines.first == "nothing is stuck")
        #expect(stuck.lines.last?.contains("stocktaking") ?? false)
        let pauses = try await depot.tool.run("stuck", "--json").json()["pauses"]?.items
        #expect(pauses?.map(\.["status"]?.text) == ["queued"])
        let statuses = try await depot.tool.run("count", "--json").json()["lifecycles"]?.items.first?[
            "statuses"]
        #expect(
            statuses?.items.filter { $0["paused"] == .bool(true) }.map(\.["status"]?.text)
                == ["queued", "pending"])
        #expect(try await depot.tool.run("count").out.contains("queued (paused)"))

        #expect(try await depot.tool.run("pause", "parcel").code == 0)
        try await depot.beat("w")
        #expect(try await depot.tool.run("workers").out.contains("labelling (paused), packing (paused)"))
        let workers = try await depot.tool.run("workers", "--json").json()["workers"]?.items
        #expect(workers?.first?["paused"] == ["parcel": ["labelling", "packing"]])
        let resumed = try await depot.tool.run("resume", "parcel").lines
        #expect(resumed.first == "lifecycle 'parcel' goes on")
        #expect(resumed.last?.hasPrefix("'queued' of lifecycle 'parcel' is paused for ") ?? false)
        let last = try await depot.tool.run("resume", "parcel", "queued", "--json").json()
        #expect(last["resumed"]?["status"]?.text == "queued")
        #expect(last["pauses"]?.items == [])
        let nothing = try await depot.tool.run("resume", "parcel", "queued")
        #expect(nothing.code == 0)
        #expect(nothing.out == "'queued' of lifecycle 'parcel' was not paused\n")
        #expect(try await depot.store.pauses() == .none)

        for (arguments, words) in [
            (["pause", "letter"], "there is no lifecycle 'letter'"),
            (["pause", "parcel", "gone"], "'gone' is no status of lifecycle 'parcel'"),
            (
                ["resume", "parcel", "review"],
                "is claimed from 'review'; pause 'queued', 'packing', 'labelling'"
            ),
        ] {
            let run = try await depot.tool.run(arguments) { _ in }
            #expect(run.code == 1)
            #expect(run.errors.contains(words), "\(run.errors)")
        }
    }

    @Test(arguments: Depot.Kind.allCases)
    func holdReleaseAndReopen(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let id = try await depot.parcels.start([:], in: .queued).id
        #expect(try await depot.tool.run("jobs", "hold", id.text).out == "\(id)  queued held: address\n")
        let held = try await depot.tool.run("jobs", "hold", id.text, "address")
        #expect(held.code == 1)
        #expect(held.errors.contains("it is held already by 'address'"))
        #expect(try await depot.tool.run("jobs", "release", id.text, "--json").json()["hold"] == .null)
        #expect(try await depot.tool.run("jobs", "move", id.text, "lost").code == 0)
        #expect(try await depot.tool.run("jobs", "reopen", id.text).out == "\(id)  lost → queued\n")
        #expect(try await depot.parcels.history(of: id).last?.actor == .operator("tess"))
    }

    @Test(arguments: Depot.Kind.allCases)
    func aParkedJobIsRetriedById(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let job = try await depot.parked()
        let run = try await depot.tool.run("jobs", "retry", job.id.text)
        #expect(run.out == "\(job.id)  packing stays, free to go on\n")
        #expect(try await depot.parcels.find(job.id)?.record.parkedAt == nil)
        let again = try await depot.tool.run("jobs", "retry", job.id.text)
        #expect(again.code == 1)
        #expect(again.errors.contains("it is neither parked nor waiting"))
    }

    @Test(arguments: Depot.Kind.allCases)
    func manyJobsAreOnlyChangedByYes(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        for _ in 0..<3 { _ = try await depot.parcels.start([:], in: .queued, owner: "anna") }
        _ = try await depot.parcels.start([:], in: .announced, owner: "anna")
        let other = try await depot.parcels.start([:], in: .queued, owner: "ben").id
        _ = try await depot.delivered(owner: "anna")
        let bare = try await depot.tool.run("jobs", "cancel", "--owner", "anna")
        #expect(bare.code == 1)
        #expect(bare.errors.contains("this would cancel 4 jobs; look at them with --dry-run, then say --yes"))

        let dry = try await depot.tool.run("jobs", "cancel", "--owner", "anna", "--dry-run")
        #expect(dry.code == 0)
        #expect(
            dry.lines.dropFirst().map { $0.split(separator: " ").joined(separator: " ") }
                == ["1 parcel announced → withdrawn", "3 parcel queued → withdrawn"])
        #expect(try await depot.parcels.find(other)?.record.status == "queued")
        #expect(try await depot.store.count("parcel").first { $0.status == "withdrawn" }?.jobs == 0)

        let done = try await depot.tool.run("jobs", "cancel", "--owner", "anna", "--yes", "--json").json()
        #expect(done["dry_run"] == .bool(false))
        #expect(done["done"] == 4)
        #expect(done["refused"] == 0)
        #expect(done["jobs"]?.items.allSatisfy { $0["status"]?.text == "withdrawn" } == true)
        #expect(try await depot.status(other) == "queued")
        #expect(
            try await depot.tool.run("jobs", "cancel", "--owner", "anna").out == "no job matches\n")
    }

    @Test(arguments: Depot.Kind.allCases)
    func aPersonsJobsAreErased(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let footage = try await Jobs<Footage>(on: depot.store)
        let live = try await depot.parcels.start([:], in: .queued, owner: "anna").id
        let ended = try await depot.delivered(owner: "anna").id
        let other = try await depot.parcels.start([:], in: .queued, owner: "ben").id
        let kept = try await footage.start(.init(), owner: "anna").id
        #expect(try await depot.tool.run("erase", "--owner", "anna").errors.contains("then say --yes"))
        let dry = try await depot.tool.run("erase", "--owner", "anna", "--dry-run", "--json").json()
        #expect(dry["done"] == 2)
        #expect(dry["refused"] == 1)
        #expect(try await depot.status(live) == "queued")

        let run = try await depot.tool.run("erase", "--owner", "anna", "--yes")
        #expect(run.code == 1)
        #expect(run.out.contains("job \(kept) in 'awaiting': cancelling is not declared for 'awaiting'"))
        #expect(run.errors.contains("1 of 3 jobs of 'anna' are still there"))
        #expect(try await depot.status(live) == nil)
        #expect(try await depot.status(ended) == nil)
        #expect(try await depot.parcels.history(of: ended).isEmpty)
        #expect(try await depot.status(other) == "queued")
        #expect(try await depot.tool.run("erase", "--owner", "anna", "--lifecycle", "parcel").code == 0)
    }

    @Test(arguments: Depot.Kind.allCases)
    func onlyEndedJobsAreErasedAndOnlyByPeople(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let id = try await depot.parcels.start([:], in: .queued).id
        await #expect(throws: Refusal.self) {
            try await depot.parcels.apply(.erase, to: id, by: .operator("olga"))
        }
        let ended = try await depot.delivered().id
        await #expect(throws: Refusal.self) { try await depot.parcels.apply(.erase, to: ended, by: .event) }
        await #expect(throws: Refusal.self) {
            try await depot.parcels.apply(.raiseFence(to: 9), to: ended, by: .operator("olga"))
        }
        #expect(try await depot.status(ended) == "delivered")
    }
}
