import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import Testing

/// What the types of this version cannot read, as an operator meets it.
@Suite struct UnreadableTests {
    @Test func aParkedJobIsFoundAndLetGoOn() async throws {
        let depot = try await Depot()
        var job = NewJob(lifecycle: "parcel", input: #"{"to": 5}"#)
        job.status = "queued"
        let started = try #require(try await depot.store.start([job]).first).get().0
        let worker = Worker(on: depot.store) { Handler(Parcel.packing) { _ in .labelling } }
        let running = Task { try await worker.run() }
        for try await job in depot.parcels.watch(started.id) where job.record.parkedAt != nil { break }
        worker.stop()
        try await running.value

        let sentence =
            "the input of job \(started.id) cannot be read as Dictionary<String, String>: the field 'to' is "
            + "a number where a text is expected; deploy code that reads it, then retry the job"
        let stuck = try await depot.tool.run("stuck", "--json").json()["stuck"]?.items
        #expect(stuck?.map(\.["id"]?.text) == [started.id.text])
        #expect(stuck?.first?["status"]?.text == "packing")
        #expect(stuck?.first?["audience"]?.text == "admin_required")
        #expect(stuck?.first?["reason"]?.text == sentence)
        #expect(try await depot.tool.run("stuck").out.contains(sentence))
        #expect(try await depot.tool.run("jobs", "list", "--stuck").out.contains("parked: the input of job"))
        let shown = try await depot.tool.run("jobs", "show", started.id.text, "--json").json()
        #expect(shown["input"]?["to"] == 5)

        let retried = try await depot.tool.run(
            "jobs", "retry", "--lifecycle", "parcel", "--stuck", "--yes", "--reason", "reads numbers now")
        #expect(retried.code == 0, "\(retried.errors)")
        let claimed = try await depot.claim("w-fixed")
        #expect(claimed.id == started.id)
        #expect(claimed.attempt == 1)
        #expect(claimed.input == #"{"to": 5}"#)
    }

    @Test func aStatusThatNobodyDeclaresIsShown() async throws {
        let depot = try await Depot()
        let id = try await depot.parcels.start([:], in: .queued).id
        // Only somebody who lifts every constraint can bring it about.
        try await depot.store.write { db in
            let names = TableNames("parcel")
            try db.execute("PRAGMA ignore_check_constraints = ON")
            for trigger in [names.moveTrigger, names.adoptTrigger] {
                try db.execute("DROP TRIGGER \(trigger)")
            }
            try db.execute("UPDATE \(names.jobs) SET status = 'molten'")
        }
        #expect(try await depot.parcels.find(id)?.status == .unrecognized("molten"))
        for try await job in depot.parcels.watch(id) {
            #expect(job.status == .unrecognized("molten"))
            break
        }
        let list = try await depot.tool.run("jobs", "list", "--json").json()["jobs"]?.items
        #expect(list?.map(\.["status"]?.text) == ["molten"])
        #expect(try await depot.tool.run("jobs", "list").out.contains("molten"))
        #expect(try await depot.tool.run("jobs", "show", id.text).out.contains("molten (undeclared)"))
        let counts = try await depot.tool.run("count", "--json").json()["lifecycles"]?.items.first?[
            "statuses"]
        #expect(counts?.items.last?["status"]?.text == "molten")
        #expect(counts?.items.last?["jobs"] == 1)
        #expect(try await depot.tool.run("stuck").code == 0)
        let moved = try await depot.tool.run("jobs", "move", id.text, "lost")
        #expect(moved.code == 1)
        #expect(moved.errors.contains("cannot move from 'molten' to 'lost'; allowed: nothing"))

        // A watch shows it and goes on; it ends when somebody puts the job right.
        let watch = try await depot.tool.run(["jobs", "watch", id.text]) { line in
            guard line.hasPrefix("molten") else { return }
            let jobs = TableNames("parcel").jobs
            try await depot.store.write { db in
                try db.execute("UPDATE \(jobs) SET status = 'queued', version = version + 1")
            }
            try await depot.parcels.cancel(id, by: .operator("op"))
        }
        #expect(watch.code == 0, "\(watch.errors)")
        #expect(watch.lines.first?.hasPrefix("molten") ?? false)
        #expect(watch.lines.last?.hasPrefix("withdrawn") ?? false)
    }
}
