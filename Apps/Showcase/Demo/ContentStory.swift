import Foundation

/// The story of questions: one that becomes a video; one that is too vague and is asked back; one that is stopped; and a
/// message of a push service that can never succeed.
struct ContentStory: Sendable {
    /// What a request must go through.
    private static let way = [
        "pending", "validating", "retrieving", "generating_script", "generating_video", "processing_video",
        "notifying", "completed",
    ]
    private static let question = "Why is the sky blue?"
    private static let pause: Duration = .milliseconds(80)
    private static let limit: Duration = .seconds(300)

    let terminal: Terminal
    let client: Client
    let admin: Client

    /// Plays it and gives back the first request.
    func play(_ report: inout CheckReport) async throws -> String {
        terminal.line(
            "\(terminal.paint("A question", .bold)), “\(Self.question)”, to be answered by a narrated video")
        let asked = try await client.ask(Self.question)
        let request = try await follow(asked.id) { ["completed", "failed", "cancelled"].contains($0.status) }
        try await tell(request, &report)
        try await vague(&report)
        try await stopped(&report)
        try await poison(&report)
        return request.id
    }

    /// Waits until a request is where it should be.
    private func follow(
        _ id: String, until isThere: (Replies.ContentRequest) -> Bool
    ) async throws -> Replies.ContentRequest {
        let deadline = ContinuousClock.now + Self.limit
        var last = ""
        while ContinuousClock.now < deadline {
            let request = try await client.contentRequest(id)
            if terminal.showsProgress {
                terminal.progress(request.progress, "\(request.status)  \(request.stage)")
            } else if request.status != last {
                terminal.line("  \(request.status), \(request.progress) %")
            }
            last = request.status
            if isThere(request) { return request }
            try await Task.sleep(for: Self.pause)
        }
        throw DemoError("The request \(id) did not get on within \(Self.limit.components.seconds) seconds.")
    }

    private func tell(_ request: Replies.ContentRequest, _ report: inout CheckReport) async throws {
        guard request.status == "completed", let video = request.video else {
            throw DemoError("No video was made: \(request.reason ?? request.status)")
        }
        let path = Path(try await client.history(request.id))
        terminal.line("  \(path.description)")
        report.note(
            "video: path", found: "\(path.statuses.count) statuses to \(request.status)",
            holds: path.statuses == Self.way,
            else: "The path of a request must be \(Self.way.joined(separator: " → ")), not "
                + path.statuses.joined(separator: " → ") + ".")
        let file = try await client.contentVideo(request.id)
        // An MP4 file says so behind the length of its first box (ISO/IEC 14496-12, 4.3).
        let isFilm = file.status == 200 && file.body.dropFirst(4).starts(with: Data("ftyp".utf8))
        let length = "\(Int(video.seconds.rounded())) s in \(video.chapters.count) chapters"
        terminal.line(
            "  \(length), \(file.body.count / 1024) KiB, from \(video.sources.count) passages; the script said "
                + "\(Int(video.readingTime.rounded())) s")
        report.note(
            "video: file", found: "\(length), \(file.body.count / 1024) KiB",
            holds: isFilm && file.body.count == video.bytes && video.chapters.count > 2
                && !video.sources.isEmpty
                && abs(video.seconds - video.readingTime) <= 0.05 * video.readingTime,
            else: "The video must be an MP4 file as long as its script says (\(video.readingTime) s); it has "
                + "\(file.body.count) bytes and \(video.seconds) s, and the answer was \(file.status).")
    }

    private func vague(_ report: inout CheckReport) async throws {
        let asked = try await client.ask("What about it?")
        let held = try await follow(asked.id) { $0.metadata.clarification != nil }
        terminal.line("  “What about it?” is asked back: \(held.metadata.clarification?.reasoning ?? "–")")
        let refined = try await client.refine(held.id, to: "How do tides work?")
        let end = try await follow(refined.id) { ["completed", "failed", "cancelled"].contains($0.status) }
        report.note(
            "video: clarification", found: "\(held.status), “\(held.stage)”, then \(end.status)",
            holds: held.status == "pending" && held.progress == 0 && end.status == "completed",
            else:
                "A vague question must wait in 'pending' and complete when it is refined; it was '\(held.status)' and "
                + "ended as '\(end.status)'.")
    }

    private func stopped(_ report: inout CheckReport) async throws {
        let asked = try await client.ask("What did Marie Curie discover?")
        _ = try await follow(asked.id) { $0.status == "generating_video" || $0.status == "processing_video" }
        let stopped = try await client.stop(asked.id)
        let file = try await client.contentVideo(asked.id)
        terminal.line("  Another one is stopped while its video is made: \(stopped.status)")
        report.note(
            "video: cancelling", found: "\(stopped.status), video \(file.status)",
            holds: stopped.status == "cancelled" && file.status == 409,
            else:
                "A request that is stopped must be 'cancelled' and have no video (409), not '\(stopped.status)' and "
                + "\(file.status).")
    }

    /// A message that names a status which nobody declared: what looped for ever elsewhere.
    private func poison(_ report: inout CheckReport) async throws {
        let content = Data("{\"request_id\":\"\(UUID().uuidString)\",\"status\":\"generating\"}".utf8)
        let body = """
            {"message":{"data":"\(content.base64EncodedString())","messageId":"\(UUID().uuidString)"},\
            "subscription":"demo"}
            """
        var results: [String] = []
        for _ in 0..<2 {
            let reply = try await admin.push(Data(body.utf8))
            guard reply.status == 200 else {
                results.append("\(reply.status)")
                continue
            }
            let receipt = try reply.json(Replies.PushReceipt.self)
            results.append(receipt.code.map { "\(receipt.result) (\($0))" } ?? receipt.result)
        }
        let found = results.joined(separator: ", then ")
        terminal.line("  A pushed message with the status 'generating', delivered twice: \(found)")
        report.note(
            "poison message", found: found, holds: results == ["parked (undeclared_status)", "known"],
            else: "A message with an undeclared status must be acknowledged and parked once, not \(found).")
    }
}
