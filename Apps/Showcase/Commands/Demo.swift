import ArgumentParser
import Foundation

/// Plays the story of every application on real data.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Starts a server and two workers on a fresh folder, and plays a demo through the real API.")

    @Flag(help: "Verify what happens, end by itself, and exit with 1 when something is wrong.")
    var check = false

    @Option(help: "The port of the server; 0 takes a free one.")
    var port = 0

    @Option(help: "The folder of the sample files.")
    var samples = "Apps/Anomaly/Samples"

    @OptionGroup var store: StoreOptions

    func run() async throws {
        Output.outliveReaders()
        let terminal = Terminal()
        let store = try store.choice()
        // By the environment: a list of processes shows arguments, and with them a password.
        let children = Children(environment: [StoreChoice.variable: store.text])
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "lockstep-demo-\(UUID().uuidString)")
        let (stop, stopped) = AsyncStream.makeStream(of: Void.self)
        children.onSignal { stopped.finish() }
        let outcome = await Self.race(until: stop) {
            let run = DemoRun(
                terminal: terminal, children: children, data: folder.path(percentEncoded: false),
                store: store, samples: samples, port: port, staysUp: !check)
            return try await run.play()
        }
        await children.endAll()
        if FileManager.default.fileExists(atPath: folder.path(percentEncoded: false)) {
            try FileManager.default.removeItem(at: folder)
        }
        switch outcome {
        case .interrupted:
            terminal.line("Interrupted; the server and the workers were ended.")
            if check { throw ExitCode(130) }
        case .failed(let why):
            terminal.line(terminal.paint("The demo failed: ", .red) + why)
            throw ExitCode.failure
        case .played(let report):
            if check { try report.conclude(on: terminal) }
        }
    }

    private enum Outcome: Sendable {
        case played(CheckReport)
        case failed(String)
        case interrupted
    }

    /// Plays until it ends or somebody interrupts it.
    private static func race(
        until stop: AsyncStream<Void>, _ play: @escaping @Sendable () async throws -> CheckReport
    ) async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            group.addTask {
                do {
                    return .played(try await play())
                } catch is CancellationError {
                    return .interrupted
                } catch {
                    return .failed("\(error)")
                }
            }
            group.addTask {
                for await _ in stop {}
                return .interrupted
            }
            let first = await group.next() ?? .interrupted
            group.cancelAll()
            return first
        }
    }
}
