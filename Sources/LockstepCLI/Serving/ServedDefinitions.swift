import Foundation
import Lockstep
import LockstepPush
import LockstepServer
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the definition files again when SIGHUP comes, or when they change, and installs them as a start does: all of
/// them, or, when anything is wrong with one, none. What was installed stays then, and the log says why.
struct ServedDefinitions: Service {
    /// The signals that a start has trapped.
    let signals: UnixSignalsSequence
    let files: DefinitionSet
    let store: any Store
    let pushing: PushService
    let sweeper: Sweeper
    /// What else is read again with them.
    let onReload: @Sendable () throws -> Void
    /// Whether changes are noticed without a signal.
    let watches: Bool
    let logger: Logger

    /// Waits for signals, and for changes, until a graceful shutdown begins.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                for await _ in signals.cancelOnGracefulShutdown() { await reload("SIGHUP") }
            }
            if watches { group.addTask { await watch() } }
        }
    }

    private func watch() async {
        var last = await look()
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }
            } catch {
                return
            }
            let now = await look()
            guard now != last else { continue }
            last = now
            await reload("a changed file")
        }
    }

    /// How the files look; `nil` while one of them cannot be looked at, as in the middle of being replaced.
    private func look() async -> [DefinitionSet.Look]? {
        do {
            return try await Offload.run { _ in try files.look() }
        } catch {
            logger.debug("the definition files cannot be looked at", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func reload(_ cause: String) async {
        do {
            let definitions = try await Offload.run { _ in try files.read() }
            try pushing.check(definitions)
            try onReload()
            try await Self.install(definitions, in: store, sweeper, logger)
            try pushing.use(definitions)
            logger.notice(
                "the definitions were read again",
                metadata: ["because": "\(cause)", "lifecycles": "\(definitions.map(\.name))"])
        } catch {
            logger.error(
                "the definitions were not taken over; those from before hold on",
                metadata: ["because": "\(cause)", "why": "\(Sentence.of(error))"])
        }
    }

    /// Installs definitions and says what that changed.
    /// - Throws: what installing throws; nothing is changed then.
    static func install(
        _ definitions: [Definition], in store: any Store, _ sweeper: Sweeper, _ logger: Logger
    ) async throws {
        let changes = try await store.install(definitions)
        // Only lifecycles of the files are retained here: after others there may be something to clean up.
        sweeper.retain(definitions.map(\.name))
        for (definition, change) in zip(definitions, changes) {
            switch change {
            case .equal: break
            case .compatible(let sentences):
                logger.notice(
                    "lifecycle '\(definition.name)' changed", metadata: ["how": "\(sentences)"])
            case .removes(let statuses):
                logger.notice(
                    "lifecycle '\(definition.name)' changed",
                    metadata: ["how": "statuses without jobs were removed: \(Sentence.list(statuses))"])
            case .superseded:
                logger.warning(
                    """
                    lifecycle '\(definition.name)' in the files is an earlier one; the installed one, which knows all \
                    that it does, holds on
                    """)
            }
        }
    }
}
