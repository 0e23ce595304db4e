import Anomaly
import ArgumentParser
import Content
import ContentModels
import ContentWriting
import Foundation
import LanguageModels
import Lockstep
import Logging

/// What the commands that run for long have in common.
struct SharedOptions: ParsableArguments {
    @Option(
        help:
            "The folder of the files, and of the database where it is SQLite; it is made when it is missing.")
    var data: String

    @OptionGroup var store: StoreOptions

    @Option(help: "How many seconds a worker counts as alive after its last sign of life.")
    var lease = 15.0

    @Option(help: "What is logged to standard error: debug, info, notice, warning, error or critical.")
    var logLevel = "notice"

    @Option(
        help: """
            What explains anomalies and writes scripts: offline, openai or anthropic. Without it LOCKSTEP_LLM decides, else offline. \
            Keys and addresses come from OPENAI_API_KEY, OPENAI_BASE_URL, ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL.
            """)
    var llm: ModelChoice?

    @Option(
        help: "The model that explains anomalies and writes scripts. Without it LOCKSTEP_LLM_MODEL decides.")
    var llmModel: String?

    @Option(help: .hidden)
    var daysAhead = 0

    @Flag(help: .hidden)
    var endWithInput = false

    func validate() throws {
        guard (0.2...3600).contains(lease) else {
            throw ValidationError("--lease must be from 0.2 to 3600 seconds.")
        }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError(
                "--log-level must be debug, info, notice, warning, error or critical, not '\(logLevel)'.")
        }
    }

    /// The lease as a duration.
    var leaseDuration: Duration { .milliseconds(Int64(lease * 1000)) }

    /// Opens the installation.
    func house() async throws -> House {
        var environment = ProcessInfo.processInfo.environment
        // The options come before the environment.
        if let llm { environment["LOCKSTEP_LLM"] = llm.rawValue }
        if let llmModel { environment["LOCKSTEP_LLM_MODEL"] = llmModel }
        let explainer: any Explainer
        let writer: any ScriptModel
        do {
            explainer = try ExplainerChoice.explainer(from: environment)
            writer = try ScriptChoice.writer(from: environment)
        } catch let failure as Failure {
            throw ValidationError(failure.message)
        }
        return try await House(
            data: data, store: try store.choice(), explainer: explainer, writer: writer,
            environment: environment, time: daysAhead == 0 ? nil : ShiftedTime(days: daysAhead))
    }

    /// Sets up the log, and the end with the parent's when that was asked for.
    func begin() {
        Output.outliveReaders()
        let level = Logger.Level(rawValue: logLevel) ?? .notice
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        if endWithInput { Self.endWithStandardInput() }
    }

    /// Ends this process gracefully when standard input is closed, as it is when the parent dies in any way:
    /// a demo that is killed must leave no processes behind.
    static func endWithStandardInput() {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count > 0 || (count < 0 && errno == EINTR) { continue }
                kill(getpid(), SIGTERM)
                return
            }
        }
    }
}

extension ModelChoice: ExpressibleByArgument {}
