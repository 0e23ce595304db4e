import Lockstep
import LockstepTesting
import Testing

/// What the command line shows.
@Suite struct ReadingTests {
    @Test(arguments: Depot.Kind.allCases)
    func jobsAreListedByEveryFilter(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let first = try await depot.parcels.start([:], in: .queued, key: "k", owner: "anna").id
        let second = try await depot.parcels.start([:], in: .announced).id
        let parked = try await depot.parked().id
        let ended = try await depot.delivered().id
        let cases: [([String], [JobID])] = [
            ([], [ended, parked, second, first]),
            (["--lifecycle", "parcel"], [ended, parked, second, first]),
            (["--status", "queued", "--status", "announced"], [second, first]),
            (["--owner", "anna"], [first]), (["--key", "k"], [first]), (["--stuck"], [parked]),
            (["--live"], [parked, second, first]), (["--ended"], [ended]), (["--limit", "1"], [ended]),
            (["--owner", "nobody"], []),
        ]
        for (filter, expected) in cases {
            let run = try await depot.tool.run(["jobs", "list", "--json"] + filter) { _ in }
            #expect(run.code == 0, "\(filter): \(run.errors)")
            #expect(
                try run.json()["jobs"]?.items.map(\.["id"]?.text) == expected.map(\.text), "\(filter)")
        }
        let one = try await depot.tool.run("jobs", "list", "--limit", "1")
        #expect(one.lines.last == "and more; --limit shows them")
        let text = try await depot.tool.run("jobs", "list")
        #expect(text.lines.count == 5)
        #expect(text.lines[0].hasPrefix("ID "))
        #expect(text.out.contains("parked: the scales are broken"))
        #expect(!text.out.contains("\u{1B}"))
    }

    @Test(arguments: Depot.Kind.allCases)
    func aJobIsShownWithTheNamesOfTheAPI(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let id = try await depot.parcels.start(["to": "Ulm"], in: .queued, key: "k", owner: "anna").id
        let job = try await depot.tool.run("jobs", "show", id.text, "--json").json()
        #expect(job["id"]?.text == id.text)
        #expect(job["status"]?.text == "queued")
        #expect(job["input"]?["to"]?.text == "Ulm")
        #expect(job["parked"] == .bool(false))
        for name in [
            "lifecycle", "owner", "key", "priority", "progress", "progress_detail", "attempt", "fence",
            "hold",
            "failure", "version", "created_at", "updated_at", "entered_at", "ended_at", "deadline",
            "available_at", "output", "metadata",
        ] {
            #expect(job[name] != nil, "\(name)")
        }
        let text = try await depot.tool.run("jobs", "show", id.text).out
        #expect(text.contains("queued (queue)"))
        #expect(text.contains("may move to"))
    }

    @Test(arguments: Depot.Kind.allCases)
    func theHistoryTellsWhoAndHowLong(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let job = try await depot.delivered(owner: "anna")
        let history = try await depot.tool.run("jobs", "history", job.id.text, "--json").json()
        let entries = try #require(history["entries"]).items
        #expect(entries.map(\.["kind"]?.text) == ["started", "claimed", "moved"])
        #expect(entries[0]["after_seconds"] == .null)
        #expect(entries[2]["after_seconds"]?.double != nil)
        let text = try await depot.tool.run("jobs", "history", job.id.text).out
        #expect(text.contains("labelling → delivered"))
        #expect(text.contains("worker w-deliver"))
        #expect(text.contains("ended in 'delivered' after"))
    }

    @Test(arguments: Depot.Kind.allCases)
    func stuckWorkersAndCount(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let parked = try await depot.parked()
        let stuck = try #require(try await depot.tool.run("stuck", "--json").json()["stuck"]).items
        #expect(stuck.map(\.["id"]?.text) == [parked.id.text])
        #expect(stuck[0]["audience"]?.text == "admin_required")
        #expect(stuck[0]["reason"]?.text == "the scales are broken")
        #expect(try await depot.tool.run("stuck").out.contains("admin_required"))

        let workers = try #require(try await depot.tool.run("workers", "--json").json()["workers"]).items
        #expect(workers.map(\.["id"]?.text) == ["w-park"])
        #expect(workers[0]["alive"] == .bool(true))
        #expect(try await depot.tool.run("workers").out.contains("parcel: labelling, packing"))

        let counts = try await depot.tool.run("count", "--json").json()["lifecycles"]?.items.first
        let packing = counts?["statuses"]?.items.first { $0["status"]?.text == "packing" }
        #expect(packing?["jobs"] == 1)
        #expect(packing?["parked"] == 1)
        #expect(try await depot.tool.run("count").out.contains("█"))
    }

    @Test(arguments: Depot.Kind.allCases)
    func aWatchEndsWithTheJob(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let id = try await depot.parcels.start([:], in: .labelling).id
        // The first line shows that the watch has begun; only then does the job go on.
        let run = try await depot.tool.run(["jobs", "watch", id.text]) { line in
            guard line == "labelling  0 %" else { return }
            let job = try await depot.claim("w")
            try await depot.work(.report(progress: 40, detail: "printing"), on: job)
            try await depot.work(.move(to: "delivered"), on: job)
        }
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.lines.first == "labelling  0 %")
        #expect(run.lines.last == "delivered  100 %")
        let json = try await depot.tool.run("jobs", "watch", id.text, "--json")
        #expect(try json.lines.map { try JSONValue(parsing: $0)["status"]?.text } == ["delivered"])

        _ = try await depot.parcels.start([:], in: .labelling)
        let job = try await depot.claim("w")
        try await depot.work(.fail(.userFixable("no such street")), on: job)
        let lost = try await depot.tool.run("jobs", "watch", job.id.text)
        #expect(lost.code == 1)
        #expect(lost.errors == "lockstep: the job \(job.id) ended in 'lost': no such street\n")
    }

    @Test(arguments: Depot.Kind.allCases)
    func mistakesAreSaidInOneSentence(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let cases: [([String], Int32, String)] = [
            (["jobs", "list", "--live", "--ended"], 2, "say --live or --ended, not both"),
            (["jobs", "list", "--status", "gone"], 1, "'gone' is no status of lifecycle 'parcel'"),
            (["jobs", "list", "--lifecycle", "letter"], 1, "there is no lifecycle 'letter'"),
            (["jobs", "show", "17"], 1, "'17' is no job id"),
            (["jobs", "show", JobID().text], 1, "there is no job"),
            (["count", "--database", "gone.sqlite"], 1, "there is no database 'gone.sqlite'"),
            (["jobs", "cancel"], 2, "no job is named"),
            (["nonsense"], 2, "nonsense"),
        ]
        for (arguments, code, words) in cases {
            let run = try await depot.tool.run(arguments) { _ in }
            #expect(run.code == code, "\(arguments)")
            #expect(run.errors.hasPrefix("lockstep: "), "\(arguments)")
            #expect(run.errors.contains(words), "\(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        }
        #expect(try await depot.tool.run("--help").out.contains("--generate-completion-script"))
    }
}
