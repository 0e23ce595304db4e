import Foundation
import Lockstep

/// A file to be analysed, of a kind that is known.
struct MediaFile: Sendable {
    /// Where it is.
    let path: String
    /// What it is.
    let kind: MediaKind

    /// Looks at a file.
    /// - Throws: ``Failure``: what the file is not.
    static func at(_ path: String) async throws -> MediaFile {
        let bytes = try await Offload.run { _ in
            guard let handle = FileHandle(forReadingAtPath: path) else {
                throw Failure.temporary("the uploaded file could not be opened", code: "storage")
            }
            defer { handle.closeFile() }
            return [UInt8](try handle.read(upToCount: MediaKind.looked) ?? Data())
        }
        guard let kind = MediaKind(firstBytes: bytes) else { throw MediaKind.unknown }
        return MediaFile(path: path, kind: kind)
    }

    /// The options in front of the file, for ffprobe and ffmpeg alike: the reader is named, nothing but this file is
    /// opened, and neither odd codecs nor giant pictures are decoded.
    var options: [String] {
        var words = ["-protocol_whitelist", "file,pipe", "-f", kind.demuxer]
        // Tracks of QuickTime may be in other files; both are off unless asked for, and are said for safety.
        if kind == .mp4 { words += ["-enable_drefs", "0", "-use_absolute_path", "0"] }
        words += [
            "-codec_whitelist", Self.codecs, "-max_streams", "32", "-max_pixels", "\(Self.mostPixels)",
            "-threads", "2",
        ]
        return words
    }

    /// The file itself, so that its name cannot be taken for an option or a protocol.
    var url: String { "file:\(path)" }

    /// The largest picture: 8192 × 4320.
    static let mostPixels = 8192 * 4320

    private static let codecs = [
        "h264", "hevc", "av1", "libdav1d", "libaom-av1", "vp8", "vp9", "libvpx", "libvpx-vp9", "mpeg4",
        "mpeg2video",
        "mpeg1video", "mjpeg", "prores", "theora", "vc1", "h263", "dvvideo", "ffv1", "aac", "aac_latm",
        "mp3float",
        "mp3", "mp2float", "mp2", "ac3", "eac3", "opus", "libopus", "vorbis", "flac", "alac", "pcm_s16le",
        "pcm_s16be",
        "pcm_s24le", "pcm_f32le",
    ].joined(separator: ",")
}
