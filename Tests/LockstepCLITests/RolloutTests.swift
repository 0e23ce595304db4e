import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import Testing

/// `lockstep plan` and `lockstep rollout`: the whole way from one version to the next, and what is said on it.
@Suite struct RolloutTests {
    /// Parcels that can be returned, and are announced no more.
    private static func file(_ depot: Depot) throws -> String {
        var statuses = Definition(Parcel.self).statuses.filter { $0.name != "announced" }
        statuses.append(StatusRule(name: "returned", kind: .closed, limit: .days(1)))
        for index in statuses.indices where statuses[index].name == "review" {
            statuses[index].moves.append(DeclaredMove(to: "returned"))
        }
        let next = Definition(name: "parcel", statuses: statuses, initial: ["queued", "labelling"])
        let path = depot.scratch.path("next.json")
        try Data(try next.canonicalJSON().utf8).write(to: URL(filePath: path))
        return path
    }

    @Test func aPlanSaysTheStepsAndChangesNothing() async throws {
        let depot = try await Depot()
        let file = try Self.file(depot)
        let plan = try await depot.tool.run("plan", file)
        #expect(plan.code == 0, "\(plan.errors)")
        #expect(plan.lines.first == "parcel")
        #expect(plan.lines.filter { !$0.hasPrefix("    ") }.count == 5)
        #expect(plan.out.contains("    ✓ the tables accept the status 'returned'; no job can enter it yet\n"))
        #expect(
            plan.out.contains(
                "    ◆ jobs may enter 'returned'  (every live worker of the lifecycle knows 'returned')\n"))
        #expect(
            plan.out.contains("    ! jobs start in 'announced' no more  (whoever still starts jobs there"))
        #expect(plan.out.contains("    ◆ the tables accept 'announced' no more  (no job is in it)\n"))
        #expect(plan.lines.last?.hasPrefix("    ! the column 'phase' is made anew  (PostgreSQL") ?? false)
        let json = try await depot.tool.run("plan", file, "--json").json()["plans"]?.items.first
        #expect(json?["faults"]?.items == [])
        #expect(Set(json?["steps"]?.items.compactMap { $0["phase"]?.text } ?? []).count == 4)
        let same = try await depot.tool.run("plan", file, file)
        #expect(same.lines == ["parcel", "    nothing changes"])
        #expect(try await depot.store.rollouts().isEmpty)
        let none = try await depot.tool.run("plan", file, file, file)
        #expect(none.code == 2)
    }

    @Test(arguments: Depot.Kind.allCases) func theWholeWay(_ kind: Depot.Kind) async throws {
        let depot = try await Depot(kind)
        let file = try Self.file(depot)
        let early = try await depot.tool.run("rollout", "activate", "parcel")
        #expect(early.code == 1)
        #expect(
            early.errors
                == "lockstep: lifecycle 'parcel' is not being changed; begin with the new definition by 'expand'\n"
        )
        let expand = try await depot.tool.run("rollout", "expand", file)
        #expect(
            expand.lines == [
                "parcel is expanded (adds 'returned', takes away 'announced'); deploy the new version, then "
                    + "'lockstep rollout activate parcel'"
            ], "\(expand.errors)")
        // What comes is not reached yet, which is no fault now.
        #expect(try await depot.tool.run("audit").code == 0)
        #expect(try await depot.tool.run("drift").code == 0)

        var heartbeat = Heartbeat(
            worker: WorkerID("wendy"), lease: .seconds(600), statuses: ["parcel": ["packing"]], host: "here:1"
        )
        heartbeat.isFirst = true
        _ = try await depot.store.beat(heartbeat)
        let list = try await depot.tool.run("rollout")
        #expect(list.lines.last == "    worker 'wendy' (here:1) does not say which statuses it knows")
        let json = try await depot.tool.run("rollout", "list", "--json").json()["rollouts"]?.items.first
        #expect(json?["phase"] == "expanded")
        #expect(json?["in_the_way"]?.items.map { $0["id"] } == ["wendy"])
        let refused = try await depot.tool.run("rollout", "activate", "parcel")
        #expect(refused.code == 1 && refused.errors.contains("worker 'wendy' (here:1)"), "\(refused.errors)")
        let activate = try await depot.tool.run("rollout", "activate", "parcel", "--despite", "wendy")
        #expect(activate.out.contains("parcel is activated"), "\(activate.errors)")
        #expect(try await depot.tool.run("drift").code == 0)

        let contract = try await depot.tool.run("rollout", "contract", "parcel", "--json")
        #expect(try contract.json()["phase"] == "contracted", "\(contract.errors)")
        #expect(try await depot.tool.run("drift").code == 0)
        let stored = try await depot.store.definitions().first
        #expect(stored?.declares("returned") == true && stored?.declares("announced") == false)
    }

    @Test func whatIsExpandedIsTurnedBack() async throws {
        let depot = try await Depot()
        _ = try await depot.tool.run("rollout", "expand", try Self.file(depot))
        #expect(try await depot.tool.run("rollout", "back", "parcel").code == 0)
        let contract = try await depot.tool.run("rollout", "contract", "parcel")
        #expect(contract.lines == ["parcel is contracted (adds 'announced', takes away 'returned')"])
        #expect(try await depot.store.definitions() == [Definition(Parcel.self)])
    }
}
