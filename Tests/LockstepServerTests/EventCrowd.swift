import Foundation
import Lockstep
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Many clients of streams of events on one thread, with as little memory as it goes, so that what the process grows by
/// is the server's. Now and then some leave without a word and come back with the last id they had.
final class EventCrowd: Sendable {
    /// One client.
    private struct Member {
        let path: String
        var file: Int32 = -1
        var chunks = Chunks()
        var parser = EventParser()
        var numbers: [Int64] = []
        var visits = 0
    }
    struct Shared {
        var isOver = false
        var isOpen = false
        /// The numbers that each client got, in the order in which they came.
        var numbers: [[Int64]]
        var visits = 0
        var fault: String?
    }
    let shared: Mutex<Shared>
    private let port: Int
    private let paths: [String]
    /// After so many events a client leaves.
    private let stay: Int

    /// Begins to listen.
    init(port: Int, paths: [String], leavingAfter stay: Int) {
        self.port = port
        self.paths = paths
        self.stay = stay
        shared = Mutex(Shared(numbers: paths.map { _ in [] }))
        Thread { self.listen() }.start()
    }

    private func listen() {
        do {
            var members = paths.map { Member(path: $0) }
            for place in members.indices { try visit(&members[place]) }
            shared.withLock { $0.isOpen = true }
            while !shared.withLock(\.isOver) {
                var files = members.map { pollfd(fd: $0.file, events: Int16(POLLIN), revents: 0) }
                guard poll(&files, nfds_t(files.count), 20) >= 0 else { throw fault("poll") }
                for (place, file) in files.enumerated() where file.revents != 0 {
                    try read(&members[place])
                    let visits = members.reduce(0) { $0 + $1.visits }
                    shared.withLock {
                        $0.numbers[place] = members[place].numbers
                        $0.visits = visits
                    }
                }
            }
            for member in members { close(member.file) }
        } catch {
            shared.withLock {
                $0.fault = "\(error)"
                $0.isOpen = true
            }
        }
    }

    private func fault(_ what: String) -> Failure {
        .userFixable("\(what): \(String(cString: strerror(errno)))")
    }

    private func visit(_ member: inout Member) throws {
        if member.file >= 0 { close(member.file) }
        let last = member.parser.lastID
        (member.chunks, member.parser) = (Chunks(), EventParser())
        member.visits += 1
        #if canImport(Glibc)
            member.file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            member.file = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(member.file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw fault("connect") }
        let id = last.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        let request =
            "GET \(member.path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer olga-token\r\n\(id)\r\n"
        guard send(member.file, request, request.utf8.count, 0) == request.utf8.count else {
            throw fault("send")
        }
    }

    private func read(_ member: inout Member) throws {
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        let count = recv(member.file, &bytes, bytes.count, 0)
        guard count > 0 else { return try visit(&member) }
        let events = try member.parser.read(try member.chunks.read(bytes[..<count]))
        member.numbers += events.compactMap { $0.number.map(Int64.init) }
        if !events.isEmpty, member.numbers.count % stay == 0 { try visit(&member) }
    }
}

/// The text of an answer that comes in chunks (RFC 9112, section 7.1).
private struct Chunks {
    private var rest: [UInt8] = []
    private var isBody = false
    private var left = 0

    mutating func read(_ bytes: ArraySlice<UInt8>) throws -> String {
        rest += bytes
        var text: [UInt8] = []
        while !rest.isEmpty {
            if left > 0 {
                let piece = rest.prefix(left)
                text += piece
                left -= piece.count
                rest.removeFirst(piece.count)
                continue
            }
            let mark: [UInt8] = isBody ? [13, 10] : [13, 10, 13, 10]
            guard let end = rest.indices.first(where: { rest[$0...].starts(with: mark) }) else { break }
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest.removeFirst(end + mark.count)
            if !isBody {
                guard line.hasPrefix("HTTP/1.1 200 ") else { throw Failure.userFixable(line) }
                isBody = true
            } else if !line.isEmpty {
                left = Int(line, radix: 16) ?? 0
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
