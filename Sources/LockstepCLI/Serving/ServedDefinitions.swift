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
    /// Reads the keys of JWTs again; blocks.
    let readKeys: @Sendable () throws -> Void
    /// Whether changes are noticed without a signal.
    let watches: Bool
    let logger: Logger

    /// Why the files are read again.
    private enum Cause: String {
        case signal = "SIGHUP"
        case change = "a changed file"
    }

    /// Waits for signals, and for changes, until a graceful shutdown begins.
    ///
    /// One loop reads the files: of two that read at once, the one with the older texts could install last.
    func run() async throws {
        let (causes, continuation) = AsyncStream.makeStream(of: Cause.self)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                for await _ in signals.cancelOnGracefulShutdown() { continuation.yield(.signal) }
                continuation.finish()
            }
            if watches { group.addTask { await tick(continuation) } }
            var last = watches ? await look() : nil
            for await cause in causes {
                let now = watches ? await look() : nil
                if cause == .change, now == last { continue }
                if cause == .signal { await reloadKeys() }
                // A database that is away for a moment must not make a change be forgotten.
                if await reload(cause) { last = now }
            }
        }
    }

    /// Asks each second whether a file has changed.
    private func tick(_ causes: AsyncStream<Cause>.Continuation) async {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(1)) }
            } catch {
                return
            }
            causes.yield(.change)
        }
    }

    /// Whatever is wrong with a definition, a key that was taken away must not be believed any longer.
    private func reloadKeys() async {
        do {
            try await Offload.run { _ in try readKeys() }
        } catch {
            logger.error(
                "the keys of tokens were not taken over; those from before hold on",
                metadata: ["why": "\(Sentence.of(error))"])
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

    /// - Returns: whether the files need not be read again before they change.
    private func reload(_ cause: Cause) async -> Bool {
        let definitions: [Definition]
        do {
            definitions = try await Offload.run { _ in try files.read() }
            try pushing.check(definitions)
        } catch {
            refuse(cause, because: error)
            return true
        }
        do {
            try await Self.install(definitions, in: store, sweeper, logger)
            try pushing.use(definitions)
            logger.notice(
                "the definitions were read again",
                metadata: ["because": "\(cause.rawValue)", "lifecycles": "\(definitions.map(\.name))"])
            return true
        } catch {
            refuse(cause, because: error)
            return (error as? any FailureConvertible)?.failure.audience != .temporary
        }
    }

    private func refuse(_ cause: Cause, because error: any Error) {
        logger.error(
            "the definitions were not taken over; those from before hold on",
            metadata: ["because": "\(cause.rawValue)", "why": "\(Sentence.of(error))"])
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
            case .coming:
                logger.notice(
                    """
                    lifecycle '\(definition.name)' goes by the version before until 'lockstep rollout activate \
                    \(definition.name)'
                    """)
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
