import Foundation
import Lockstep
import LockstepTesting
import Testing

/// The check fails when the definition that a face uses is not the declared one: it reports exactly the cells
/// in which the two differ.
@Suite(.timeLimit(.minutes(5))) struct MutantDefinitionTests {
    /// A definition with one change that an audit lets pass.
    struct Mutant: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let definition: Definition
    }

    /// Every definition that differs from a lifecycle's in one move, failure, cancellation or reopening.
    static func mutants(of original: Definition) -> [Mutant] {
        var mutants: [Mutant] = []
        func add(_ words: String, _ change: (inout [StatusRule]) -> Void) {
            var statuses = original.statuses
            change(&statuses)
            let mutant = Definition(name: original.name, statuses: statuses, initial: original.initial)
            guard mutant != original, mutant.audit().isEmpty else { return }
            mutants.append(Mutant(testDescription: words, definition: mutant))
        }
        for (index, rule) in original.statuses.enumerated() where rule.kind != .retired {
            let name = rule.name
            for (place, move) in rule.moves.enumerated() {
                add("\(name) no longer moves to \(move.to)") { $0[index].moves.remove(at: place) }
            }
            for other in original.statuses where rule.move(to: other.name) == nil {
                let to = other.name
                add("\(name) moves to \(to)") { $0[index].moves.append(DeclaredMove(to: to)) }
                add("\(name) reopens to \(to)") { $0[index].reopens = to }
                add("\(name) is kept until \(to)") { $0[index].then = to }
                add("\(name) is cancelled to \(to)") { $0[index].cancellation = to }
            }
            add("\(name) is not cancelled") { $0[index].cancellation = nil }
            add("\(name) does not reopen") { $0[index].reopens = nil }
            add("\(name) does not fail") { $0[index].failure = nil }
            for source in EventSource.allCases where rule.kind == .wait {
                add("\(name) waits for \(source.rawValue)") { $0[index].source = source }
            }
        }
        return mutants
    }

    private func cells(_ mismatches: [MoveMismatch]) -> Set<MoveTable.Cell> {
        Set(
            mismatches.compactMap { mismatch in
                guard let from = mismatch.from, let actor = mismatch.actor else { return nil }
                return MoveTable.Cell(from: from, to: mismatch.to, actor: actor)
            })
    }

    /// The cells in which the tables differ, and those whose refusal names other statuses than declared.
    private func expected(_ mutant: Definition, _ actors: [Actor.Kind]) -> Set<MoveTable.Cell> {
        let (left, right) = (MoveTable(Listed.parcel.definition), MoveTable(mutant))
        return Set(left.differences(from: right).filter { actors.contains($0.actor) })
    }

    /// Refusals explain themselves by the definition that is used: where that differs, they differ as well, in
    /// the same row and for the same actor.
    private func expect(_ mismatches: [MoveMismatch], of mutant: Mutant, by actors: [Actor.Kind]) {
        let wrong = mismatches.filter { !$0.words.hasPrefix("was refused with") }
        let expected = expected(mutant.definition, actors)
        #expect(cells(wrong) == expected, "\(mutant.testDescription)")
        let rows = Set(expected.map { "\($0.from) \($0.actor)" })
        let explained = cells(mismatches).subtracting(cells(wrong)).map { "\($0.from) \($0.actor)" }
        #expect(rows.isSuperset(of: explained), "\(mutant.testDescription)")
    }

    @Test func theSwiftAPI() async throws {
        let mutants = Self.mutants(of: Listed.parcel.definition)
        #expect(mutants.count > 40)
        var random = SeededGenerator(seed: 3)
        for mutant in mutants.shuffled(using: &random).prefix(12) { try await expectInMemory(mutant) }
    }

    func expectInMemory(_ mutant: Mutant) async throws {
        let bench = Bench.inMemory(.parcel, using: mutant.definition)
        let face = StoreFace("Swift, in memory", bench.journeys)
        expect(try await bench.check.mismatches(of: face), of: mutant, by: Actor.Kind.allCases)
    }

    /// Workers bring their own definition with them: here it is the declaration that is another one.
    @Test func theReturnsOfWorkers() async throws {
        let listed = Listed.parcel
        let working = listed.definition.statuses.filter { $0.kind == .work }.map(\.name)
        func expected(_ mutant: Mutant) -> Set<MoveTable.Cell> {
            self.expected(mutant.definition, [.worker]).filter { working.contains($0.from) }
        }
        let visible = Self.mutants(of: listed.definition).filter { !expected($0).isEmpty }
        #expect(visible.count > 5)
        for mutant in visible.prefix(6) {
            let bench = Bench.inMemory(listed)
            let check = MoveCheck(mutant.definition, bench.journeys)
            let mismatches = try await check.mismatches(of: listed.workers(bench.store))
            #expect(cells(mismatches) == expected(mutant), "\(mutant.testDescription)")
        }
    }

    @Test func theHTTPAPI() async throws {
        var random = SeededGenerator(seed: 4)
        let actors: [Actor.Kind] = [.owner, .operator]
        let visible = Self.mutants(of: Listed.parcel.definition).filter {
            !expected($0.definition, actors).isEmpty
        }
        for mutant in visible.shuffled(using: &random).prefix(2) {
            let bench = Bench.inMemory(.parcel, using: mutant.definition)
            _ = try await bench.journeys.jobs(in: "queued", 1)
            try await HTTPFace.serving(.parcel, on: bench.store) { face in
                expect(try await bench.check.mismatches(of: face), of: mutant, by: actors)
            }
        }
    }
}

/// All mutants, where the suite above takes a seeded choice.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
struct MutantDefinitionTortureTests {
    @Test func everyMutantIsNamedCellByCell() async throws {
        let mutants = MutantDefinitionTests.mutants(of: Listed.parcel.definition)
        print("\(mutants.count) definitions that differ from a parcel's in one place")
        for mutant in mutants {
            try await MutantDefinitionTests().expectInMemory(mutant)
        }
    }
}
