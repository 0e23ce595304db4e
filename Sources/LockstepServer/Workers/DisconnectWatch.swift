import NIOCore
import Synchronization

/// Notices that a client is gone while its answer is waited for.
///
/// It stands in the connection's pipeline only that long, so that the connection can be used again. A client that
/// closes its writing side counts as gone: none that still wants its answer does so.
final class DisconnectWatch: Sendable {
    private struct State {
        var isGone = false
        var onGone: (@Sendable () -> Void)?
    }
    private let state = Mutex(State())

    /// Whether the client is gone, as far as that was noticed.
    var isGone: Bool { state.withLock(\.isGone) }

    /// Carries out `body`, and `onGone` at once when the client goes meanwhile.
    /// - Parameter channel: the connection; without one nobody can go.
    func during<Result: Sendable>(
        _ channel: (any Channel)?, onGone: @escaping @Sendable () -> Void,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        state.withLock { $0.onGone = onGone }
        defer { state.withLock { $0.onGone = nil } }
        guard let channel else { return try await body() }
        let handler = Handler(self)
        do {
            try await channel.pipeline.addHandler(handler, position: .first).get()
        } catch {
            // Nothing can be added to the pipeline of a connection that is closed.
            gone()
        }
        let result: Result
        do {
            result = try await body()
        } catch {
            remove(handler, from: channel)
            throw error
        }
        remove(handler, from: channel)
        return result
    }

    private func remove(_ handler: Handler, from channel: any Channel) {
        // On a connection that was closed it is gone already.
        channel.pipeline.removeHandler(handler, promise: nil)
    }

    private func gone() {
        state.withLock { state in
            defer { state.onGone = nil }
            state.isGone = true
            return state.onGone
        }?()
    }

    private final class Handler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
        typealias InboundIn = NIOAny

        private let watch: DisconnectWatch

        init(_ watch: DisconnectWatch) { self.watch = watch }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event as? ChannelEvent == .inputClosed { watch.gone() }
            context.fireUserInboundEventTriggered(event)
        }

        func channelInactive(context: ChannelHandlerContext) {
            watch.gone()
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            watch.gone()
            context.fireErrorCaught(error)
        }
    }
}
