import Lockstep

extension Conformance {
    static let readChecks: [Check] = [
        Check("the history numbers every entry and leads from status to status") { bench in
            let record = try await bench.claimed()
            try await bench.apply(.move(to: "review"), record)
            try await bench.parcels.move(record.id, to: .queued, by: .operator("op"))
            let again = try await bench.claim().first()
            try await bench.apply(.fail(.userFixable("x")), again)
            let history = try await bench.parcels.history(of: record.id)
            try bench.equal(history.map(\.number), Array(1...Int64(history.count)), "numbers")
            for (entry, next) in zip(history, history.dropFirst()) {
                try bench.equal(next.from, entry.to, "from of entry \(next.number)")
            }
            try bench.equal(
                history.map(\.to), ["queued", "packing", "review", "queued", "packing", "lost"], "path")
            try bench.equal(try await bench.record(record.id).version, Int64(history.count), "version")
            try bench.equal(
                try await bench.parcels.history(of: record.id, after: 4).map(\.number), [5, 6], "the rest")
        },
        Check("a history is read in pages of any size") { bench in
            let record = try await bench.claimed()
            try await bench.apply(.move(to: "review"), record)
            try await bench.parcels.move(record.id, to: .delivered, by: .operator("op"))
            let whole = try await bench.parcels.history(of: record.id)
            for limit in [1, 2, 3, 4, 5] {
                var lines: [HistoryEntry] = []
                while true {
                    let page = try await bench.store.history(
                        of: record.id, in: "parcel", after: lines.last?.number ?? 0, limit: limit)
                    try bench.require(page.count <= limit, "a page of \(limit) has \(page.count) entries")
                    if page.isEmpty { break }
                    lines += page
                }
                try bench.equal(lines, whole, "by pages of \(limit)")
            }
            for limit in [0, -1] {
                let none = try await bench.store.history(
                    of: record.id, in: "parcel", after: 0, limit: limit)
                try bench.equal(none, [], "a page of \(limit)")
            }
        },
        Check("jobs are found by every condition") { bench in
            let anna = try await bench.parcels.start([:], in: .queued, key: "a", owner: "anna").id
            bench.time.advance(by: .seconds(1))
            let ben = try await bench.parcels.start([:], in: .announced, owner: "ben").id
            bench.time.advance(by: .seconds(1))
            let ended = try await bench.parcels.start([:], in: .queued, owner: "anna").id
            try await bench.parcels.cancel(ended, by: .owner("anna"))
            func ids(_ conditions: (inout JobQuery) -> Void) async throws -> [JobID] {
                try await bench.parcels.find(where: conditions).map(\.id)
            }
            try bench.equal(try await ids { _ in }, [ended, ben, anna], "all, newest first")
            try bench.equal(try await ids { $0.newestFirst = false }, [anna, ben, ended], "oldest first")
            try bench.equal(try await ids { $0.owner = "anna" }, [ended, anna], "by owner")
            try bench.equal(try await ids { $0.isLive = true }, [ben, anna], "live")
            try bench.equal(try await ids { $0.isLive = false }, [ended], "ended")
            try bench.equal(try await ids { $0.key = "a" }, [anna], "by key")
            try bench.equal(try await ids { $0.statuses = ["announced"] }, [ben], "by status")
            try bench.equal(try await ids { $0.before = ben }, [anna], "the next page")
            try bench.equal(try await ids { $0.limit = 1 }, [ended], "limited")
            try bench.equal(try await bench.parcels.find(anna, ownedBy: "ben"), nil, "another's job")
        },
        Check("jobs are found without their data, and with everything else") { bench in
            let finished = try await bench.parcels.start(
                ["to": "Anna"], in: .queued, key: "a", owner: "anna", metadata: ["room": 4]
            ).id
            var command = bench.command(.move(to: "review"), try await bench.claim().first())
            command.output = "\"label\""
            _ = try await bench.store.apply([command]).first().get()
            try await bench.parcels.move(finished, to: .delivered, by: .operator("op"))
            let live = try await bench.parcels.start(["to": "Ben"], in: .queued, metadata: ["room": 5]).id
            let parked = try await bench.claim().first()
            try await bench.apply(.fail(.adminRequired("x")), parked)
            let record = try await bench.record(finished)
            try bench.require(record.output != nil && record.metadata.contains("4"), "no data: \(record)")
            let searches: [(name: String, conditions: @Sendable (inout JobQuery) -> Void)] = [
                ("all", { _ in }), ("one", { $0.ids = [finished] }), ("two", { $0.ids = [live, finished] }),
                ("living", { $0.isLive = true }), ("ended", { $0.isLive = false }),
                ("of a key", { $0.key = "a" }), ("of an owner", { $0.owner = "anna" }),
                ("stuck", { $0.isStuck = true }), ("oldest first", { $0.newestFirst = false }),
            ]
            for (name, conditions) in searches {
                var query = JobQuery("parcel")
                conditions(&query)
                let whole = try await bench.store.find(query)
                try bench.require(!whole.isEmpty && whole.allSatisfy { $0.input != "null" }, name)
                query.withoutData = true
                try bench.equal(try await bench.store.find(query), whole.map { $0.withoutData() }, name)
            }
        },
        Check("counts tell how many jobs are where") { bench in
            _ = try await bench.parcels.start([:], in: .queued)
            let record = try await bench.claimed()
            try await bench.apply(.fail(.adminRequired("x")), record)
            _ = try await bench.parcels.start([:], in: .announced)
            let counts = try await bench.store.count("parcel").filter { $0.jobs > 0 }
            try bench.equal(
                counts,
                [
                    StatusCount(status: "announced", jobs: 1, parked: 0),
                    StatusCount(status: "queued", jobs: 1, parked: 0),
                    StatusCount(status: "packing", jobs: 1, parked: 1),
                ], "counts")
        },
        Check("metadata merges, and malformed metadata is refused") { bench in
            let started = try await bench.parcels.start(
                [:], in: .queued, metadata: ["a": 1, "b": ["c": 2, "d": 3]])
            try await bench.parcels.apply(.annotate, to: started.id, by: .event) {
                $0.metadata = "{\"b\": {\"c\": null, \"e\": \"ü\"}}"
            }
            try bench.equal(
                try Job<Parcel>(try await bench.record(started.id)).metadata(),
                ["a": 1, "b": ["d": 3, "e": "ü"]],
                "metadata")
            for bad in ["[1]", "{", "\"text\""] {
                _ = try await bench.refused(.badValue, bad) {
                    try await bench.parcels.apply(.annotate, to: started.id, by: .event) { $0.metadata = bad }
                }
            }
        },
        Check("installing again is equal, adding is compatible, removing what is in use is refused") {
            bench in
            let definition = bench.parcels.definition
            try bench.equal(try await bench.store.install([definition]), [.equal], "the same definition")
            _ = try await bench.parcels.start([:], in: .announced)
            let smaller = Definition(
                name: "parcel", statuses: definition.statuses.filter { $0.name != "announced" },
                initial: ["queued", "labelling"])
            do {
                try await bench.store.install([smaller])
                throw Violation(description: "a definition without a status that is in use was installed")
            } catch let refusal as InstallRefusal {
                try bench.require(refusal.description.contains("'announced' (1 jobs)"), refusal.description)
            }
            var more = definition.statuses
            more.append(StatusRule(name: "returned", kind: .closed, limit: .days(1)))
            if let lost = more.firstIndex(where: { $0.name == "review" }) {
                more[lost].moves.append(DeclaredMove(to: "returned"))
            }
            let larger = Definition(name: "parcel", statuses: more, initial: definition.initial)
            let change = try await bench.store.install([larger])
            guard case .compatible(let sentences) = try change.first() else {
                throw Violation(description: "adding a status is not compatible: \(change)")
            }
            try bench.require(sentences.contains("status 'returned' was added"), "\(sentences)")
            let record = try await bench.claimed()
            try await bench.apply(.move(to: "review"), record)
            let move = Command(.move(to: "returned"), job: record.id, of: "parcel", by: .operator("op"))
            try bench.equal(
                try await bench.store.apply([move]).first().get().status, "returned", "the new status")
        },
        Check("a replaced definition that comes back changes nothing while the present one covers it") {
            bench in
            let small = bench.parcels.definition
            let large = small.adding(end: "returned", after: "review")
            _ = try await bench.store.install([large])
            try bench.equal(try await bench.store.install([small]), [.superseded], "the old version again")
            try bench.equal(try await bench.store.definitions(), [large], "the definition in use")
            try bench.equal(try await bench.store.install([large]), [.equal], "the new version again")
        },
        Check("a new time limit holds for the jobs that are there") { bench in
            let id = try await bench.parcels.start([:], in: .announced).id
            var statuses = bench.parcels.definition.statuses
            for index in statuses.indices where statuses[index].name == "announced" {
                statuses[index].limit = .minutes(2)
            }
            let quicker = Definition(
                name: "parcel", statuses: statuses, initial: bench.parcels.definition.initial)
            _ = try await bench.store.install([quicker])
            bench.time.advance(by: .minutes(3))
            try bench.equal(try await bench.store.sweep(SweepRequest()).expired, [id], "expired")
        },
        Check("a status in use does not become an end") { bench in
            _ = try await bench.parcels.start([:], in: .announced)
            var statuses = bench.parcels.definition.statuses
            for index in statuses.indices where statuses[index].name == "announced" {
                statuses[index] = StatusRule(name: "announced", kind: .closed, limit: .days(1))
            }
            for index in statuses.indices where statuses[index].name == "review" {
                statuses[index].moves.append(DeclaredMove(to: "announced"))
            }
            let other = Definition(name: "parcel", statuses: statuses, initial: ["queued", "labelling"])
            do {
                _ = try await bench.store.install([other])
                throw Violation(description: "a definition that ends living jobs was installed")
            } catch is InstallRefusal {}
        },
        Check("a watcher sees the end") { bench in
            let started = try await bench.parcels.start([:], in: .announced)
            let seen = Task { () -> [String] in
                var statuses: [String] = []
                for try await job in bench.parcels.watch(started.id) { statuses.append(job.record.status) }
                return statuses
            }
            try await bench.parcels.move(started.id, to: .queued)
            try await bench.parcels.cancel(started.id, by: .operator("op"))
            try bench.equal(try await seen.value.last, "withdrawn", "the last status seen")
        },
    ]
}

extension Definition {
    /// The definition with one more end, which a status leads to.
    func adding(end: String, after status: String) -> Definition {
        var statuses = statuses + [StatusRule(name: end, kind: .closed, limit: .days(1))]
        for index in statuses.indices where statuses[index].name == status {
            statuses[index].moves.append(DeclaredMove(to: end))
        }
        return Definition(name: name, statuses: statuses, initial: initial)
    }
}
