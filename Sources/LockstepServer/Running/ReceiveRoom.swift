import NIOCore

/// Lets a connection receive more at once than usual when much comes: large bodies are then read in a quarter of the
/// steps. The room grows and shrinks with what comes, so that a quiet connection takes no more than before.
final class ReceiveRoom: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// Bytes.
    private static let most = 256 << 10

    func handlerAdded(context: ChannelHandlerContext) {
        // A connection that cannot be told is as it would have been.
        context.channel.setOption(
            .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2048, maximum: Self.most)
        ).whenFailure { context.logger($0) }
    }
}
