import Foundation
import Lockstep
import LockstepTesting
import Testing

/// A file that is no video, or one that wants more than to be looked at.
struct BadVideo: Sendable, CustomTestStringConvertible {
    let what: String
    let name: String
    let content: Data
    /// Whether it can be analysed as it is, because what it refers to is not looked at at all.
    var isHarmless = false

    var testDescription: String { what }

    /// A file that must never be opened, and an address that must never be called.
    static let secret = "/etc/passwd"
    static let address = "http://127.0.0.1:9/secret.ts"

    /// All of them, made with ffmpeg where a real film is needed to begin with.
    static func all() async throws -> [BadVideo] { try await made.value }

    private static let made = Task { try await texts + films() }

    private static let texts = [
        BadVideo(
            "a playlist (HLS)",
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10,\nfile://\(secret)\n#EXTINF:10,\n\(address)\n#EXT-X-ENDLIST\n"
        ),
        BadVideo(
            "a playlist of a key and a map",
            "#EXTM3U\n#EXT-X-MAP:URI=\"\(secret)\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"\(address)\"\n#EXTINF:9,\nx.ts\n"
        ),
        BadVideo("a list to concatenate", "ffconcat version 1.0\nfile '\(secret)'\nfile '\(address)'\n"),
        BadVideo("a list to concatenate, the old way", "file \(secret)\nfile concat:\(secret)|\(address)\n"),
        BadVideo(
            "a session description",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n"),
        BadVideo(
            "a manifest (DASH)", "<?xml version=\"1.0\"?><MPD><BaseURL>file://\(secret)</BaseURL></MPD>"),
        BadVideo("a drawing that names a file", "<svg><image href=\"file://\(secret)\"/></svg>"),
        BadVideo("a text", "This is a text, whatever its name says.\n"),
        BadVideo("one byte", "x"),
        BadVideo("an image of 100,000 × 100,000", giantPNG),
        BadVideo(
            "the beginning of an MP4 file, and noise",
            Data([0, 0, 0, 0x18] + "ftypmp42".utf8) + noise(50_000)),
        BadVideo(
            "the beginning of a Matroska file, and noise", Data([0x1A, 0x45, 0xDF, 0xA3]) + noise(50_000)),
        BadVideo(
            "the beginning of an AVI file, and a playlist",
            Data("RIFF\u{1}\u{1}\u{1}\u{1}AVI #EXTM3U\n\(secret)\n".utf8)),
        BadVideo(
            "packets of a transport stream with noise in them",
            Data((0..<300).flatMap { _ in [UInt8(0x47)] + noise(187) })),
    ]

    private init(_ what: String, _ text: String) { self.init(what, Data(text.utf8)) }

    private init(_ what: String, _ content: Data, isHarmless: Bool = false) {
        self.isHarmless = isHarmless
        self.what = what
        name = "match.mp4"
        self.content = content
    }

    /// The header of a PNG image, which says how large it is.
    private static let giantPNG = Data(
        [
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 1, 0x86,
            0xA0, 0, 1,
            0x86, 0xA0, 8, 2, 0, 0, 0, 0, 0, 0, 0,
        ])

    private static func noise(_ count: Int) -> [UInt8] {
        var random = SeededGenerator(seed: 42)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    // MARK: Films that were tampered with

    private static func films() async throws -> [BadVideo] {
        let scratch = try Scratch()
        let plain = try await film(["-c:v", "libx264", "-pix_fmt", "yuv420p"], scratch.path("film.mp4"))
        let motion = try await film(["-c:v", "mjpeg"], scratch.path("film.avi"))
        return [
            BadVideo("an MP4 file without its end", plain.prefix(plain.count / 2)),
            BadVideo("an MP4 file with sizes that are not", tampered(plain, "stsz")),
            BadVideo(
                "a track in another file (url)", MadeMP4.referring(plain, type: "url ", to: secret),
                isHarmless: true),
            BadVideo(
                "a track at an address (url)", MadeMP4.referring(plain, type: "url ", to: address),
                isHarmless: true),
            BadVideo("a track in another file (alias)", MadeMP4.alias(plain, to: secret)),
            BadVideo("pictures of 65,500 × 65,500 in an AVI file", giant(motion)),
        ]
    }

    private static func film(_ codec: [String], _ path: String) async throws -> Data {
        let arguments =
            ["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=128x96:r=10:d=2", "-fflags", "+bitexact"]
            + codec
            + [path]
        let child = try ChildProcess(
            URL(filePath: "/usr/bin/env"), ["ffmpeg"] + arguments, complaints: .withOutput)
        let text = await child.text()
        #expect(await child.ended() == .exited(0), "\(text)")
        return try Data(contentsOf: URL(filePath: path))
    }

    /// The film with the content of all boxes of a kind overwritten.
    private static func tampered(_ film: Data, _ box: String) -> Data {
        var bytes = [UInt8](film)
        for position in 0..<bytes.count - 40 where bytes[position...].starts(with: box.utf8) {
            for offset in 8..<32 { bytes[position + offset] = 0xFF }
        }
        return Data(bytes)
    }

    /// The film with a size of 65,500 in every picture, and of 100,000 in front.
    private static func giant(_ film: Data) -> Data {
        var bytes = [UInt8](film)
        for position in 0..<bytes.count - 12 {
            // Start of frame, baseline: length, precision, height, width (ITU-T T.81, B.2.2).
            if bytes[position] == 0xFF, bytes[position + 1] == 0xC0, bytes[position + 2] == 0 {
                bytes.replaceSubrange(position + 5..<position + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
            }
            if bytes[position...].starts(with: "strf".utf8) {
                bytes.replaceSubrange(
                    position + 12..<position + 20, with: [0xA0, 0x86, 1, 0, 0xA0, 0x86, 1, 0])
            }
        }
        return Data(bytes)
    }
}

/// MP4 files whose tracks are said to be elsewhere (ISO/IEC 14496-12, section 8.7.2).
enum MadeMP4 {
    /// The film, with a reference of a kind in the place of the one that says "in this file".
    static func referring(_ film: Data, type: String, to target: String) -> Data {
        replaced(film, with: Array(type.utf8) + [0, 0, 0, 0] + Array(target.utf8) + [0])
    }

    /// The film, with an alias of QuickTime that has an absolute path.
    static func alias(_ film: Data, to target: String) -> Data {
        let name = Array((target as NSString).lastPathComponent.utf8)
        var entry = Array("alis".utf8) + [0, 0, 0, 0] + [UInt8](repeating: 0, count: 10)
        entry += [0] + [UInt8](repeating: 0, count: 27) + [UInt8](repeating: 0, count: 12)
        entry += [UInt8(name.count)] + name + [UInt8](repeating: 0, count: 63 - name.count)
        entry += [UInt8](repeating: 0, count: 16) + [0, 1, 0, 1] + [UInt8](repeating: 0, count: 16)
        // Type 2: the path from the volume on, with colons.
        let path = Array(target.dropFirst().replacing("/", with: ":").utf8)
        entry += [0, 2, 0, UInt8(path.count)] + path + (path.count.isMultiple(of: 2) ? [] : [0])
        // Type 18: the same in POSIX words; then the end.
        let posix = Array(target.utf8)
        entry += [0, 18, 0, UInt8(posix.count)] + posix + (posix.count.isMultiple(of: 2) ? [] : [0])
        return replaced(film, with: entry + [0xFF, 0xFF, 0, 0])
    }

    /// Puts an entry into the place of the film's own; the boxes around it grow. What they describe lies in front of
    /// them in a film that ffmpeg writes, and stays where it was.
    private static func replaced(_ film: Data, with entry: [UInt8]) -> Data {
        var bytes = [UInt8](film)
        let own: [UInt8] = [0, 0, 0, 12] + Array("url ".utf8) + [0, 0, 0, 1]
        guard let place = bytes.firstRange(of: own) else { return Data() }
        let size = UInt32(entry.count + 4)
        bytes.replaceSubrange(place, with: number(size) + entry)
        for box in ["moov", "trak", "mdia", "minf", "dinf", "dref"] {
            guard let name = bytes.firstRange(of: Array(box.utf8)) else { return Data() }
            let start = name.lowerBound - 4
            let old = bytes[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bytes.replaceSubrange(start..<start + 4, with: number(old + size - 12))
        }
        return Data(bytes)
    }

    private static func number(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}

/// Repeatable random numbers (SplitMix64).
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
