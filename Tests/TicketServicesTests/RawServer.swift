import Foundation
import LockstepTesting
import NIOCore
import NIOPosix
import Synchronization

/// A server that does to its connections what no well-behaved HTTP server does.
final class RawServer: Sendable {
    /// What becomes of a connection.
    enum Act: Sendable {
        /// It is closed before anything is read.
        case hangUp
        /// The request is read, then the connection is closed.
        case readAndHangUp
        /// The request is read, and there is no answer.
        case silent
        /// The request is read, the text is sent, and the connection is closed.
        case says(String)
        /// The request is read, the text is sent, and the connection is kept open.
        case saysAndKeeps(String)
        /// The request is read, and the same text is sent without an end.
        case saysWithoutEnd(String, then: String)
    }

    private struct State {
        var acts: [Act]
        var requests: [String] = []
        var connections = 0
    }
    private let state: Mutex<State>
    /// A request was read, or something else where a request should be.
    let isAsked = Signal()
    /// Another one ended a connection.
    let isLeft = Signal()

    /// Makes a server.
    /// - Parameter acts: what becomes of the first connections; the following ones are closed.
    init(_ acts: [Act]) { state = Mutex(State(acts: acts)) }

    /// The requests that were read to their end, in order.
    var requests: [String] { state.withLock { $0.requests } }
    /// How many connections there were.
    var connections: Int { state.withLock { $0.connections } }

    /// Serves while `body` runs, which is told the port.
    func serving<Value: Sendable>(_ body: (Int) async throws -> Value) async throws -> Value {
        let group = MultiThreadedEventLoopGroup.singleton
        let open = Mutex<[any Channel]>([])
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                open.withLock { $0.append(channel) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Line(server: self, act: self.next()))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(listener.localAddress?.port ?? 0))
        } catch {
            result = .failure(error)
        }
        try await listener.close()
        for channel in open.withLock({ $0 }) { channel.close(promise: nil) }
        return try result.get()
    }

    private func next() -> Act {
        state.withLock { state in
            state.connections += 1
            return state.acts.isEmpty ? .hangUp : state.acts.removeFirst()
        }
    }

    fileprivate func read(_ request: String) { state.withLock { $0.requests.append(request) } }
}

/// One connection.
private final class Line: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: RawServer
    private let act: RawServer.Act
    private var text = ""

    init(server: RawServer, act: RawServer.Act) {
        self.server = server
        self.act = act
    }

    func channelActive(context: ChannelHandlerContext) {
        if case .hangUp = act { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        server.isAsked.send()
        guard isWhole else { return }
        server.read(text)
        text = ""
        switch act {
        case .hangUp, .readAndHangUp: context.close(promise: nil)
        case .silent: break
        case .says(let words):
            say(words, context)
            context.close(promise: nil)
        case .saysAndKeeps(let words): say(words, context)
        case .saysWithoutEnd(let first, let then):
            say(first, context)
            goOn(then, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { server.isLeft.send() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A connection that is reset has ended too.
        context.close(promise: nil)
    }

    private var isWhole: Bool {
        guard let end = text.range(of: "\r\n\r\n") else { return false }
        let head = text[..<end.lowerBound].lowercased().split(separator: "\r\n")
        let length = head.first { $0.hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        return text[end.upperBound...].utf8.count >= length
    }

    private func say(_ words: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: words)), promise: nil)
    }

    private func goOn(_ words: String, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: words))).whenSuccess {
            bound.value.1.eventLoop.execute { bound.value.0.goOn(words, bound.value.1) }
        }
    }
}
