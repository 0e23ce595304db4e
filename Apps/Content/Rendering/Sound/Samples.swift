import Foundation

/// Sound of one channel with 16 bits a sample, as espeak-ng writes it.
struct Samples: Sendable {
    /// Samples a second.
    let rate: Int
    /// The samples.
    var values: [Int16]

    /// How long it is, in seconds.
    var seconds: Double { Double(values.count) / Double(rate) }

    /// Reads a WAV file, whose parts are those of "Multimedia Programming Interface and Data Specifications 1.0" (IBM
    /// and Microsoft, 1991).
    /// - Returns: `nil` when it is none, or not of one channel with 16 bits.
    init?(wav bytes: [UInt8]) {
        func number(_ position: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
        }
        func name(_ position: Int) -> String {
            String(decoding: bytes[position..<position + 4], as: UTF8.self)
        }
        guard bytes.count >= 12, name(0) == "RIFF", name(8) == "WAVE" else { return nil }
        var rate: Int?
        var position = 12
        while position + 8 <= bytes.count {
            let (part, start) = (name(position), position + 8)
            let end = min(bytes.count, start + number(position + 4, 4))
            if part == "fmt " {
                guard end - start >= 16, number(start, 2) == 1, number(start + 2, 2) == 1,
                    number(start + 14, 2) == 16
                else { return nil }
                rate = number(start + 4, 4)
            } else if part == "data" {
                guard let rate, rate > 0 else { return nil }
                self.rate = rate
                values = stride(from: start, to: end - 1, by: 2).map {
                    Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
                }
                return
            }
            position = end + (end - start) % 2
        }
        return nil
    }

    /// Makes silence.
    init(rate: Int, values: [Int16] = []) {
        self.rate = rate
        self.values = values
    }

    /// The sound as a WAV file.
    var wav: Data {
        func bytes(_ number: Int, _ size: Int) -> [UInt8] {
            (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        let size = values.count * 2
        var data = Data(capacity: size + 44)
        data += Array("RIFF".utf8) + bytes(size + 36, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4)
        data += bytes(1, 2) + bytes(1, 2) + bytes(rate, 4) + bytes(rate * 2, 4) + bytes(2, 2) + bytes(16, 2)
        data += Array("data".utf8) + bytes(size, 4)
        var body = [UInt8]()
        body.reserveCapacity(size)
        for value in values {
            body.append(UInt8(truncatingIfNeeded: value))
            body.append(UInt8(truncatingIfNeeded: value >> 8))
        }
        return data + body
    }
}
