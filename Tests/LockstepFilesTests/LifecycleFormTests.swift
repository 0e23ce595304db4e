import Lockstep
import LockstepFiles
import LockstepTesting
import Testing

/// The YAML form says what the Swift declaration says.
@Suite struct LifecycleFormTests {
    /// Fifteen lines, as docs/serve.md shows them.
    static let video = """
        lifecycle: video
        initial: awaiting_upload
        failure: failed
        cancellation: cancelled
        statuses:
          awaiting_upload: {waits_for: the upload, within: 15m, stuck_after: 5m, moves_to: queued}
          queued: {queues_for: quick_running, within: 6h, needs: upload:video}
          quick_running: {works: 5m, attempts: 5, moves_to: quick_done}
          quick_done: {queues_for: deep_running, within: 24h}
          deep_running: {works: 1h, attempts: 3, moves_to: done}
          done: {succeeds: 90d}
          completed: {retired_as: done}
          failed: {fails: 90d, reopens_to: queued}
          cancelled: {closes: 30d}

        """

    static let parcel = """
        lifecycle: parcel
        initial: [announced, queued, labelling]
        failure: lost
        cancellation: withdrawn
        statuses:
          announced:
            waits_for: the address
            by: system
            within: 10m
            stuck_after: 5m
            moves_to: queued
            shows: {phase: before}
          queued:
            queues_for: packing
            within: 1h
            holds: {address: {within: 2d, else: withdrawn}}
            shows: {phase: before}
          packing:
            works: 30m
            attempts: 3
            backoff: {every: 10s}
            moves_to: [labelling, review, {to: queued, holding: address}]
            shows: {phase: during}
          labelling:
            works: 5m
            attempts: 2
            backoff: immediate
            moves_to: [delivered, {to: packing, at_most: 2}]
            else: review
            shows: {phase: during}
          review: {waits_for: the inspector, by: person, within: forever, moves_to: [queued, delivered], never_fails: true}
          delivered: {succeeds: 30d}
          lost: {fails: 7d, then: archived, reopens_to: queued}
          withdrawn: {closes: 7d}
          archived: {closes: forever}
          pending: {retired_as: queued}
        """

    private static func read(_ text: String) throws -> [Definition] {
        try DefinitionFile.read(yaml: text, named: "x.yaml").map(\.definition)
    }

    @Test func aLifecycleInYAMLIsTheSameAsInSwift() throws {
        #expect(try Self.read(Self.parcel) == [Definition(Parcel.self)])
        #expect(try Self.read(Self.parcel)[0].fingerprint() == Definition(Parcel.self).fingerprint())
        let footage = """
            lifecycle: footage
            initial: awaiting
            failure: failed
            statuses:
              awaiting: {waits_for: the upload, within: 15m, moves_to: queued}
              queued: {queues_for: running, within: 6h, needs: upload:video}
              running: {works: 5m, moves_to: done}
              done: {succeeds: 90d}
              failed: {fails: 90d, reopens_to: queued}
            """
        #expect(try Self.read(footage) == [Definition(Footage.self)])
    }

    @Test func fifteenLinesAreEnough() throws {
        #expect(Self.video.split(separator: "\n").count <= 15)
        let video = try #require(try Self.read(Self.video).first)
        #expect(video.audit() == [])
        #expect(video.rule(for: "queued")?.cancellation == "cancelled")
        #expect(video.rule(for: "queued")?.needs == [.upload("video")])
        #expect(video.rule(for: "quick_running")?.retry == RetryPolicy(backoff: .exponential, attempts: 5))
        #expect(video.rule(for: "failed")?.reopens == "queued")
    }

    @Test func refinementsAreRead() throws {
        let text = """
            lifecycle: attic
            initial: draft
            failure: failed
            cancellation: dropped
            statuses:
              draft: {waits_for: the author, by: person, within: 30d, moves_to: [draft, queued], else: dropped}
              queued: {queues_for: running, within: 1h, holds: {budget: {by: anyone, within: 1d}}}
              running:
                works: 1h
                stuck_after: 10m
                attempts: 4
                backoff: {from: 200ms, up_to: 2s, factor: 3, jitter: false}
                moves_to: [done, {to: queued, at_most: 3}]
                fails_to: draft
                not_cancellable: true
              done: {succeeds: 1d, then: expired, reopens_to: running}
              dropped: {closes: 1d}
              failed: {fails: 1d, reopens_to: draft}
              expired: {closes: forever}
            """
        let attic = try #require(try Self.read(text).first)
        #expect(attic.audit() == [])
        let running = try #require(attic.rule(for: "running"))
        #expect(running.failure == "draft" && running.cancellation == nil)
        #expect(running.limit == .hours(1) && running.stuckAfter == .minutes(10))
        #expect(
            running.retry?.backoff
                == Backoff(first: .milliseconds(200), factor: 3, longest: .seconds(2), jitter: false))
        #expect(attic.rule(for: "queued")?.holds == [Hold(name: "budget", source: .anyone, limit: .days(1))])
        #expect(attic.rule(for: "draft")?.late == "dropped")
        #expect(attic.rule(for: "failed")?.failure == nil)
    }

    @Test func aFileHoldsOneOrAListOrDocuments() throws {
        let one =
            "lifecycle: a\ninitial: w\nfailure: f\nstatuses: {w: {works: 1m, moves_to: f}, f: {fails: 1d}}"
        #expect(try Self.read(one).map(\.name) == ["a"])
        #expect(
            try Self.read("\(one)\n---\n\(one.replacing(": a\n", with: ": b\n"))").map(\.name) == ["a", "b"])
        let json = #"""
            [{"lifecycle": "a", "initial": ["w"], "failure": "f",
              "statuses": {"w": {"works": "1m", "moves_to": ["f"]}, "f": {"fails": "1d"}}}]
            """#
        #expect(try Self.read(json) == (try Self.read(one)))
        let found = try DefinitionFile.read(yaml: "# of ours\n\n\(one)", named: "x.yaml")
        #expect(found.map(\.line) == [3])
        #expect(found[0].statusLines == ["w": 6, "f": 6])
    }

    @Test func statusesMayHaveAnyName() throws {
        let text = """
            lifecycle: odd
            initial: "on"
            failure: 1
            statuses: {on: {works: 1m, moves_to: it's over}, "it's over": {succeeds: 1d}, 1: {fails: 1d}}
            """
        #expect(try Self.read(text)[0].names == ["on", "it's over", "1"])
    }
}
