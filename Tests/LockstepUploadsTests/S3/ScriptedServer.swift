import Foundation
import PostgresSupport
import Synchronization

/// A server that gives the answers of a script, one a connection, and keeps what it was asked.
///
/// It closes each connection after the answer, so one that is shorter than it says is a connection that broke.
final class ScriptedServer: Sendable {
    private struct State {
        var answers: [String]
        var requests: [String] = []
    }
    private let state: Mutex<State>
    private let descriptor: Int32
    let port: UInt16

    /// The requests, heads and bodies, in their order.
    var requests: [String] { state.withLock(\.requests) }
    /// The first lines of them.
    var lines: [String] { requests.map { String($0.prefix { $0 != "\r\n" }) } }

    /// - Parameter answers: each a whole answer; an empty one closes the connection without a word.
    init(_ answers: [String]) throws {
        state = Mutex(State(answers: answers))
        (descriptor, port) = try LocalPort.listening()
        // Not on the pool: accepting and reading block.
        let thread = Thread { [self] in while serve() {} }
        thread.start()
    }

    /// An answer with a body.
    static func answer(_ status: Int, _ body: String = "", _ headers: [String] = []) -> String {
        let lines =
            ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// An error as S3 tells it.
    static func refusal(_ status: Int, _ code: String) -> String {
        answer(status, "<Error><Code>\(code)</Code></Error>")
    }

    /// Answers one connection.
    /// - Returns: whether there is another answer to give.
    private func serve() -> Bool {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return false }
        defer { close(connection) }
        let request = Self.read(connection)
        let (answer, isLast) = state.withLock { state -> (String, Bool) in
            state.requests.append(request)
            return (state.answers.removeFirst(), state.answers.isEmpty)
        }
        let bytes = Array(answer.utf8)
        _ = bytes.withUnsafeBytes {
            Foundation.send(connection, $0.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        if isLast { close(descriptor) }
        return !isLast
    }

    private static func read(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound].lowercased()
                let length =
                    head.components(separatedBy: "content-length: ").dropFirst().first
                    .flatMap { Int($0.prefix(while: \.isNumber)) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return text }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return text }
            bytes += buffer[..<count]
        }
    }
}
