import Foundation
import NIOCore

/// Takes a form apart as its bytes come, whatever the borders of the chunks (RFC 2046, section 5.1.1).
///
/// It is a pure state machine: bytes in by ``feed(_:)``, events out by ``next()``. It holds back no more than a
/// delimiter's length of a part's content, and no more than the limit of a part's headers.
struct MultipartParser {
    enum Event: Equatable {
        /// A part begins.
        case part(MultipartHeader)
        /// Bytes of the part.
        case bytes(ByteBuffer)
        /// The part is complete.
        case end
    }

    private enum State {
        /// Before the first delimiter; what is there is to be ignored.
        case preamble
        /// Behind a delimiter: its line is not over, or it was the last one.
        case delimiter
        /// In the headers of a part; so many bytes hold no end.
        case headers(searched: Int)
        /// Between the headers and the content of a part; the line end in between is still held.
        case start
        /// In the content of a part.
        case content
        /// Behind the last delimiter; what is there is to be ignored.
        case epilogue
    }

    private let delimiter: [UInt8]
    private let headerLimit: Int
    /// Blanks that may follow a delimiter on its line; the standard sets no bound, so this does.
    private static let mostPadding = 256
    private var state = State.preamble
    private var held: ByteBuffer
    private var isInPart = false

    init(boundary: MultipartBoundary, headerLimit: Int) {
        delimiter = boundary.delimiter
        self.headerLimit = headerLimit
        // The first delimiter may stand at the very start, where no line end precedes it. With one put in
        // front all delimiters look alike.
        held = ByteBuffer(string: "\r\n")
    }

    /// Whether the last delimiter has come.
    var isComplete: Bool { if case .epilogue = state { true } else { false } }

    /// Takes the next bytes of the body.
    mutating func feed(_ chunk: ByteBuffer) {
        if case .epilogue = state { return }
        var chunk = chunk
        held.discardReadBytes()
        held.writeBuffer(&chunk)
    }

    /// The next event; `nil` when more bytes are needed.
    /// - Throws: ``Problem`` 400 when the form is broken.
    mutating func next() throws -> Event? {
        while true {
            switch state {
            case .preamble:
                guard skipToDelimiter(discarding: true) != nil else { return nil }
                state = .delimiter
            case .delimiter:
                if isInPart {
                    isInPart = false
                    return .end
                }
                guard try finishDelimiter() else { return nil }
            case .headers(let searched):
                guard let header = try header(from: searched) else { return nil }
                state = .start
                isInPart = true
                return .part(header)
            case .start:
                guard startContent() else { return nil }
            case .content:
                if let bytes = skipToDelimiter(discarding: false) {
                    state = .delimiter
                    if bytes.readableBytes > 0 { return .bytes(bytes) }
                } else {
                    guard let bytes = safeBytes() else { return nil }
                    return .bytes(bytes)
                }
            case .epilogue:
                held.clear()
                return nil
            }
        }
    }

    // MARK: Delimiters

    /// Passes the empty line behind the headers. Its line end may already be that of the next delimiter: a part
    /// need not have content at all.
    private mutating func startContent() -> Bool {
        let bytes = held.readableBytesView.prefix(delimiter.count)
        guard bytes.elementsEqual(delimiter.prefix(bytes.count)) else {
            held.moveReaderIndex(forwardBy: 2)
            state = .content
            return true
        }
        guard bytes.count == delimiter.count else { return false }
        held.moveReaderIndex(forwardBy: delimiter.count)
        state = .delimiter
        return true
    }

    /// If a whole delimiter is held: takes everything up to its end, and gives what stood before it.
    private mutating func skipToDelimiter(discarding: Bool) -> ByteBuffer? {
        let found = search()
        guard found.isWhole else {
            if discarding { held.moveReaderIndex(forwardBy: found.position) }
            return nil
        }
        let before = held.readSlice(length: found.position)
        held.moveReaderIndex(forwardBy: delimiter.count)
        return before
    }

    /// What is held and cannot be the beginning of a delimiter; `nil` when there is nothing.
    private mutating func safeBytes() -> ByteBuffer? {
        let length = search().position
        return length > 0 ? held.readSlice(length: length) : nil
    }

    /// Where a delimiter begins in what is held, or might begin when more bytes come, or the end.
    ///
    /// A delimiter holds only one carriage return, its first byte, so only those positions are looked at.
    private func search() -> (position: Int, isWhole: Bool) {
        held.withUnsafeReadableBytes { bytes in
            var start = 0
            while start < bytes.count {
                guard let base = bytes.baseAddress,
                    let hit = memchr(base + start, Int32(UInt8(ascii: "\r")), bytes.count - start)
                else { return (bytes.count, false) }
                let position = UnsafeRawPointer(hit) - base
                let available = min(delimiter.count, bytes.count - position)
                let candidate = bytes[position..<(position + available)]
                if candidate.elementsEqual(delimiter.prefix(available)) {
                    return (position, available == delimiter.count)
                }
                start = position + 1
            }
            return (bytes.count, false)
        }
    }

    /// What follows a delimiter: two dashes end the form, blanks and a line end begin a part. Anything else
    /// means that the boundary stood inside a part, which RFC 2046 forbids.
    private mutating func finishDelimiter() throws -> Bool {
        let bytes = held.readableBytesView.prefix(Self.mostPadding + 2)
        guard let first = bytes.first else { return false }
        if first == UInt8(ascii: "-") {
            guard bytes.count >= 2 else { return false }
            guard bytes[bytes.startIndex + 1] == first else {
                throw MultipartForm.broken("a boundary is no line")
            }
            state = .epilogue
            return true
        }
        let padding = bytes.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let rest = bytes.dropFirst(padding.count)
        guard padding.count <= Self.mostPadding, rest.first ?? UInt8(ascii: "\r") == UInt8(ascii: "\r") else {
            throw MultipartForm.broken("a boundary is followed by something else on its line")
        }
        guard rest.count >= 2 else { return false }
        guard rest[rest.startIndex + 1] == UInt8(ascii: "\n") else {
            throw MultipartForm.broken("a line of a boundary does not end in CR LF")
        }
        held.moveReaderIndex(forwardBy: padding.count + 2)
        state = .headers(searched: 0)
        return true
    }

    // MARK: Headers

    private static let emptyLine = Array("\r\n\r\n".utf8)

    private mutating func header(from searched: Int) throws -> MultipartHeader? {
        let view = held.readableBytesView
        var position = view.startIndex + max(0, searched - 3)
        while position + 4 <= view.endIndex {
            guard position - view.startIndex + 4 <= headerLimit else { break }
            if view[position..<(position + 4)].elementsEqual(Self.emptyLine) {
                let bytes = Array(view[..<position])
                held.moveReaderIndex(forwardBy: bytes.count + 2)
                return try MultipartHeader(bytes)
            }
            position += 1
        }
        guard view.count < headerLimit else {
            throw MultipartForm.broken("the headers of a part have more than \(headerLimit) bytes")
        }
        state = .headers(searched: view.count)
        return nil
    }
}
