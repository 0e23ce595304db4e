import Crypto
import Foundation
import Lockstep
import LockstepServer

/// The story of a video: announced, completed too early, sent, completed by many at once, analysed quickly and deeply.
struct VideoStory: Sendable {
    /// What the job must go through.
    private static let way = [
        "awaiting_upload", "queued", "quick_running", "quick_done", "deep_running", "done",
    ]
    /// How many callers say at once that the video is there.
    private static let callers = 50
    private static let pause: Duration = .milliseconds(80)
    private static let limit: Duration = .seconds(300)

    let sample: VideoSample
    let terminal: Terminal
    let client: Client

    /// Plays it and gives back the job.
    func play(_ report: inout CheckReport) async throws -> String {
        let size = Figures.decimal(Double(sample.content.count) / 1024, digits: 0)
        terminal.line(
            "\(terminal.paint(sample.name, .bold)), \(Seconds.text(sample.duration)) of video, \(size) KiB, made for this demo"
        )
        try await missing(&report)
        let begun = try await begin()
        try await send(begun)
        try await complete(begun.jobID, &report)
        let resultAfter = try await follow(begun.jobID)
        try await tell(begun.jobID, quickSeenIn: resultAfter, &report)
        return begun.jobID
    }

    private func begin() async throws -> Replies.VideoBegun {
        let digest = SHA256.hash(data: sample.content).map { byte in
            let text = String(byte, radix: 16)
            return text.count < 2 ? "0\(text)" : text
        }.joined()
        return try await client.beginVideo(
            sample.content, named: sample.name, type: "video/mp4", sha256: digest)
    }

    /// A client that says too early that its video is there.
    private func missing(_ report: inout CheckReport) async throws {
        let begun = try await begin()
        let answer = try await client.completeVideo(begun.jobID)
        let status = try await client.video(begun.jobID).status
        terminal.line("  Completed before it was sent: answered with \(answer.status), \(answer.message)")
        report.note(
            "\(sample.name): too early", found: "\(answer.status), \(status)",
            holds: answer.status == 400 && status == "failed",
            else:
                "Completing a video that was not sent must be answered with 400 and end in 'failed', not with "
                + "\(answer.status) in '\(status)'.")
    }

    private func send(_ begun: Replies.VideoBegun) async throws {
        let (terminal, total) = (terminal, sample.content.count)
        try await client.put(sample.content, begun.upload) { sent in
            if terminal.showsProgress { terminal.progress(sent * 100 / total, "sending") }
        }
        terminal.line(
            "  sent \(Figures.decimal(Double(total) / 1024, digits: 0)) KiB straight to the storage")
    }

    private func complete(_ job: String, _ report: inout CheckReport) async throws {
        let client = client
        let answers = try await withThrowingTaskGroup(of: (status: UInt, message: String).self) { group in
            for _ in 0..<Self.callers { group.addTask { try await client.completeVideo(job) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let successes = answers.count { $0.status == 200 }
        let moves = try await client.history(job).count { $0.from == "awaiting_upload" && $0.to == "queued" }
        let found = "\(successes) successes, \(moves) move"
        terminal.line("  \(Self.callers) callers said at once that it is there: \(found)")
        report.note(
            "\(Self.callers) simultaneous complete", found: found,
            holds: successes == Self.callers && moves == 1,
            else: "\(Self.callers) simultaneous complete calls must give as many successes and 1 move, not "
                + "\(successes) and \(moves).")
    }

    /// Waits until the job has ended.
    /// - Returns: the status in which the quick result could first be read.
    private func follow(_ job: String) async throws -> String? {
        let deadline = ContinuousClock.now + Self.limit
        var (last, seen) = ("", String?.none)
        while ContinuousClock.now < deadline {
            let video = try await client.video(job)
            if terminal.showsProgress {
                terminal.progress(video.progress, "\(video.status)  \(video.detail ?? "")")
            } else if video.status != last {
                terminal.line("  \(video.status), \(video.progress) %")
            }
            last = video.status
            if seen == nil, try await client.send("GET", "/api/videos/\(job)/result").status == 200 {
                seen = try await client.video(job).status
            }
            if video.status == "done" { return seen }
            if video.status == "failed" {
                throw DemoError("The analysis of \(sample.name) has failed: \(video.reason ?? "–")")
            }
            try await Task.sleep(for: Self.pause)
        }
        throw DemoError("The video \(job) was not analysed within \(Self.limit.components.seconds) seconds.")
    }

    // MARK: The result

    private func tell(_ job: String, quickSeenIn status: String?, _ report: inout CheckReport) async throws {
        let path = Path(try await client.history(job))
        terminal.line("  \(path.description)")
        report.note(
            "\(sample.name): path", found: path.statuses.joined(separator: " → "),
            holds: path.statuses == Self.way,
            else: "The path of \(sample.name) must be \(Self.way.joined(separator: " → ")), not "
                + path.statuses.joined(separator: " → ") + ".")
        let result = try await client.videoResult(job)
        let cuts = result.quick.cuts.map(\.frame)
        let areRight =
            cuts.count == sample.cuts.count && zip(cuts, sample.cuts).allSatisfy { abs($0 - $1) <= 1 }
        report.note(
            "\(sample.name): cuts", found: "\(cuts.count) of \(sample.cuts.count), each within a frame",
            holds: areRight,
            else: "The cuts of \(sample.name) are at \(sample.cuts), and were found at \(cuts).")
        report.note(
            "\(sample.name): quick", found: Seconds.text(result.quick.seconds),
            holds: result.quick.seconds < sample.duration / 2,
            else:
                "The quick analysis took \(Seconds.text(result.quick.seconds)), which must be less than half of "
                + "the video's \(Seconds.text(sample.duration)).")
        let phases = (result.deep?.phases ?? []).map { $0.start...$0.end }
        let agreement = sample.agreement(with: phases)
        let text = Figures.decimal(agreement, digits: 3)
        report.note(
            "\(sample.name): phases", found: "\(phases.count), agreement \(text) (at least 0.90)",
            holds: agreement >= 0.9,
            else: "The phases of \(sample.name) agree to \(text) with the truth; at least 0.90 is expected.")
        let seen = status ?? "–"
        terminal.line(
            "  \(cuts.count) cuts in \(Seconds.text(result.quick.seconds)) (to be read in '\(seen)'), \(phases.count) active "
                + "phases, agreement \(terminal.paint(text, .green))")
        try await reel(result, &report)
    }

    /// Browsers ask for films in parts.
    private func reel(_ result: Replies.VideoResult, _ report: inout CheckReport) async throws {
        guard let reel = result.deep?.reel, let url = result.artefacts[reel.name] else {
            report.note(
                "\(sample.name): reel", found: "none", holds: false, else: "There is no highlight reel.")
            return
        }
        let whole = try await client.call("GET", url).body
        let part = try await client.send("GET", url, headers: ["Range": "bytes=4-7"])
        let isFilm = part.status == 206 && String(decoding: part.body, as: UTF8.self) == "ftyp"
        let size = Figures.decimal(Double(whole.count) / 1024, digits: 0)
        report.note(
            "\(sample.name): reel", found: "\(Seconds.text(reel.duration)), \(size) KiB",
            holds: isFilm && reel.duration > 1,
            else:
                "The highlight reel must be an MP4 film that can be read in parts; the answer was \(part.status)."
        )
        terminal.line("  Highlights: \(client.address)\(url)")
    }
}
