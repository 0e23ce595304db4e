import Lockstep
import LockstepFiles
import Testing

/// What is wrong with a file is said in one sentence: the file, the line, the key and what would be right.
@Suite struct FileFaultTests {
    private static let head = "lifecycle: a\ninitial: w\nfailure: f\nstatuses:\n"
    private static let tail = "\n  f: {fails: 1d}\n"

    private static func fault(_ text: String) -> String? {
        do {
            _ = try DefinitionFile.read(yaml: text, named: "a.yaml")
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        (
            "{works: 1m, moves_to: f, retries: 3}",
            "a.yaml:5: status 'w': the key 'retries' says nothing in a working status; write 'attempts', which counts the first one too: 'attempts: 3'"
        ),
        (
            "{works: 1m, moves_too: f}",
            "a.yaml:5: status 'w': the key 'moves_too' says nothing in a working status; did you mean 'moves_to'?"
        ),
        (
            "{works: 1m, zzz: f}",
            "a.yaml:5: status 'w': the key 'zzz' says nothing in a working status; known are works, moves_to, attempts, backoff, needs, stuck_after, webhook, else, fails_to, never_fails, not_cancellable, shows"
        ),
        (
            "{works: 1 minute}",
            "a.yaml:5: status 'w': 'works' must be a time limit, such as 30s, 15m, 6h, 90d or forever, not '1 minute'"
        ),
        (
            "{works: 1m, moves_to: g}",
            "a.yaml:5: status 'w': 'moves_to' names 'g', which is no status here; did you mean 'w'?"
        ),
        (
            "{works: 1m, moves_to: nowhere}",
            "a.yaml:5: status 'w': 'moves_to' names 'nowhere', which is no status here; declared are 'w', 'f'"
        ),
        (
            "{works: 1m, attempts: 0}",
            "a.yaml:5: status 'w': 'attempts' must be a whole number above zero, not '0'"
        ),
        (
            "{works: 1m, backoff: exponential}",
            "a.yaml:5: status 'w': 'backoff' needs 'attempts'; say how often the work may be tried"
        ),
        (
            "{works: 1m, succeeds: 1d}",
            "a.yaml:5: status 'w': 'works', 'succeeds' exclude each other; keep one of them"
        ),
        (
            "{moves_to: f}",
            "a.yaml:5: status 'w': nothing says what a job does here; begin with one of works, queues_for, waits_for, succeeds, fails, closes, retired_as"
        ),
        (
            "{queues_for: f}",
            "a.yaml:5: status 'w': 'within' is missing; say how long a job may stay here, such as 6h, or that it may stay forever"
        ),
        (
            "{waits_for: it, within: 1h, by: god}",
            "a.yaml:5: status 'w': 'by' must be one of 'system', 'person', 'anyone', not 'god'"
        ),
        ("works", "a.yaml:5: status 'w': this must be its rules, such as {works: 5m, moves_to: done}"),
        ("", "a.yaml:5: status 'w': this must be its rules, such as {works: 5m, moves_to: done}"),
        (
            "{works: 1m, needs: video}",
            "a.yaml:5: status 'w': 'video' cannot be needed; write upload: and a name, such as upload:video"
        ),
        (
            "{works: 1m, moves_to: [{to: f, atmost: 2}]}",
            "a.yaml:5: status 'w': the key 'atmost' says nothing in a move; did you mean 'at_most'?"
        ),
        (
            "{works: 1m, works: 2m}",
            "a.yaml:5: 'works' is said twice in what begins here; keep one of the two"
        ),
        ("{works: 1m", "a.yaml:6: this is no YAML: "),
        (
            "{works: 1m, never_fails: yes}",
            "a.yaml:5: status 'w': 'never_fails' must be true or false, not 'yes'"
        ),
        (
            "{works: 1m, fails_to: f, never_fails: true}",
            "a.yaml:5: status 'w': 'never_fails' and 'fails_to' exclude each other; keep one of them"
        ),
        (
            "{works: 1m, attempts: 2, backoff: {every: 1s, factor: 2}}",
            "a.yaml:5: status 'w': 'every' stands alone; for growing pauses write {from: 1s, up_to: 5m}"
        ),
    ])
    func ofAStatus(_ rules: String, _ sentence: String) throws {
        let said = try #require(Self.fault(Self.head + "  w: \(rules)" + Self.tail))
        #expect(said == sentence || sentence.hasSuffix(": ") && said.hasPrefix(sentence), "\(said)")
    }

    @Test(arguments: [
        ("", "a.yaml: there is no lifecycle in it; begin with 'lifecycle: a_name'"),
        ("- 1", "a.yaml:1: this must be a lifecycle: 'lifecycle', 'initial', 'failure' and 'statuses'"),
        ("name: a", "a.yaml:1: the key 'name' says nothing in a lifecycle; write 'lifecycle: a_name'"),
        (
            "lifecycle: a",
            "a.yaml:1: 'statuses' is missing; list them: 'statuses: {queued: {queues_for: …}, …}'"
        ),
        (
            "lifecycle: a\nstatuses: {f: {fails: 1d}}\nfailure: f",
            "a.yaml:1: 'initial' is missing; name the status in which jobs start: 'initial: queued'"
        ),
        (
            "lifecycle: a\nstatuses: {f: {fails: 1d}}\ninitial: f",
            "a.yaml:1: 'failure' is missing; name the status that failed jobs go to: 'failure: failed'"
        ),
        (
            "lifecycle: a\nstatuses: {f: {fails: 1d}}\ninitial: f\nfailure: failed",
            "a.yaml:4: 'failure' names 'failed', which is no status here; declared are 'f'"
        ),
        (
            "lifecycle: a\nstatuses: [f]\ninitial: f\nfailure: f",
            "a.yaml:2: 'statuses' must be a mapping from each status to its rules"
        ),
        ("\tlifecycle: a", "a.yaml:1: this is no YAML: "),
    ])
    func ofALifecycle(_ text: String, _ sentence: String) throws {
        let said = try #require(Self.fault(text))
        #expect(said == sentence || sentence.hasSuffix(": ") && said.hasPrefix(sentence), "\(said)")
    }

    @Test func longFilesAreRefused() throws {
        let said = try #require(Self.fault(String(repeating: "#", count: DefinitionFile.longest + 1)))
        #expect(said.contains("1048577 bytes"))
    }

    /// A file may be anything at all: it is refused, and nothing else happens.
    @Test func nothingOddEndsTheProcess() throws {
        let text = LifecycleFormTests.video
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 9...126, using: &generator)
                case 1: bytes.remove(at: place)
                default:
                    bytes.insert(
                        Array("{}[]:,-&*!|>'\"%@`#\n ".utf8).randomElement(using: &generator) ?? 0, at: place)
                }
            }
            do {
                let found = try DefinitionFile.read(
                    yaml: String(decoding: bytes, as: UTF8.self), named: "a.yaml")
                for item in found { _ = item.definition.audit() }
            } catch {
                #expect(error.description.hasPrefix("a.yaml"))
            }
        }
    }
}

/// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
