import ArgumentParser
import Foundation
import Lockstep
import LockstepServer
import LockstepUploads

/// `lockstep upload`
struct UploadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload", abstract: "Send a file that a job waits for, and let the server verify it.",
        discussion: """
            Announces the file to the server, sends it to where the server says (in parts, where the storage wants that), \
            and completes the upload. The file is hashed first, so that what arrives is what was sent.
            """)

    @Argument(help: "The file.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("The server, such as http://127.0.0.1:8080.", valueName: "url"))
    var server: String

    @Option(
        help: ArgumentHelp(
            "The token; otherwise the environment's LOCKSTEP_TOKEN, where no list of processes shows it."))
    var token: String?

    @Option(help: ArgumentHelp("The job that waits for it.", valueName: "id"))
    var job: String

    @Option(help: "What the lifecycle calls the upload: video for needs: upload:video.")
    var name: String

    @Option(help: ArgumentHelp("The media type; otherwise by the file's ending.", valueName: "type"))
    var contentType: String?

    @Flag(help: "Write JSON instead of text for people.")
    var json = false

    func run() async throws {
        guard let job = JobID(job) else { throw ValidationError("'\(job)' is no job id; ids are UUIDs") }
        let token = token ?? ProcessInfo.processInfo.environment["LOCKSTEP_TOKEN"] ?? ""
        guard !token.isEmpty else {
            throw ValidationError("no token is named; say --token TOKEN or set LOCKSTEP_TOKEN")
        }
        let path = file
        let source = try await Offload.run { stop in try SentFile(path, stop) }
        let client = UploadClient(server: server, token: token)
        let bar = TransferBar(of: source.size, isShown: !json && Terminal().isTerminal)
        let permit = try await client.announce(
            source, as: contentType ?? source.contentType, for: job, named: name)
        try await client.send(source, by: permit) { bar.advance(by: $0) }
        bar.finish()
        let outcome = try await client.complete(job)
        if json {
            try Output.json(outcome)
        } else {
            Output.line("\(outcome.message): job \(job) is \(outcome.job.status)")
        }
    }
}
