import NIOCore

/// Lets a connection receive more at once than usual when much comes, so that a large body is read in a quarter of the
/// steps. The room grows and shrinks with what comes: a quiet connection takes no more than before.
final class ReceiveRoom: ChannelInboundHandler, RemovableChannelHandler {
    /// It passes everything on.
    typealias InboundIn = Any

    /// Bytes.
    private static let most = 256 << 10

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        channel.setOption(
            .recvAllocator,
            value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2048, maximum: Self.most)
        ).whenFailure { channel.pipeline.fireErrorCaught($0) }
    }
}
