import Lockstep

/// The kinds of files that are taken, told by their first bytes and never by a name.
///
/// ffmpeg itself would also take playlists and lists of files, which name other files and addresses to be read; so it
/// is never asked what a file is, but told.
enum MediaKind: String, Codable, Sendable, CaseIterable {
    /// MP4 and QuickTime (ISO/IEC 14496-12).
    case mp4
    /// Matroska and WebM (RFC 9559).
    case matroska
    /// AVI.
    case avi
    /// An MPEG transport stream (ISO/IEC 13818-1).
    case mpegTS = "mpegts"

    /// How many first bytes are looked at.
    static let looked = 768

    /// Tells a file by its first bytes.
    /// - Returns: `nil` for what is none of them.
    init?(firstBytes bytes: [UInt8]) {
        func has(_ text: String, at position: Int) -> Bool {
            bytes.count >= position + text.utf8.count && bytes.dropFirst(position).starts(with: text.utf8)
        }
        if ["ftyp", "moov", "mdat", "wide", "free", "skip"].contains(where: { has($0, at: 4) }) {
            self = .mp4
        } else if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            self = .matroska
        } else if has("RIFF", at: 0), has("AVI ", at: 8) {
            self = .avi
        } else if Self.isTransportStream(bytes) {
            self = .mpegTS
        } else {
            return nil
        }
    }

    /// Three packets in a row begin with the byte of synchronisation, with four bytes in front of each on Blu-ray discs.
    private static func isTransportStream(_ bytes: [UInt8]) -> Bool {
        [(0, 188), (4, 192)].contains { start, size in
            (0..<3).allSatisfy { packet in
                let position = start + packet * size
                return bytes.indices.contains(position) && bytes[position] == 0x47
            }
        }
    }

    /// What ffmpeg calls the reader of such files.
    var demuxer: String {
        switch self {
        case .mp4: "mov"
        case .matroska: "matroska"
        case .avi: "avi"
        case .mpegTS: "mpegts"
        }
    }

    /// Whether a time can be looked up in such files.
    var hasIndex: Bool { self != .mpegTS }

    /// What a job is told whose file is none of them.
    static let unknown = Failure.userFixable(
        "The file is no video that can be read here; upload an MP4, MOV, MKV, WebM, AVI or MPEG-TS file.",
        code: "no_video")
}
