import Foundation
import Lockstep

/// What a file says about itself.
struct ContainerFacts: Codable, Hashable, Sendable {
    /// The kind of file.
    var format: MediaKind
    /// Its length in seconds, if it says so.
    var duration: Double?
    /// Bits a second of all of it, if that is known.
    var bitRate: Int?
    /// The codec of the video.
    var videoCodec: String
    /// The width in pixels, as stored.
    var width: Int
    /// The height in pixels, as stored.
    var height: Int
    /// Frames a second on average.
    var frameRate: FrameRate
    /// The codec of the sound; `nil` without sound.
    var audioCodec: String?
    /// How many streams it has.
    var streams: Int
    /// The number of the video's stream.
    var videoStream: Int
    /// The number of the sound's stream.
    var audioStream: Int?

    private enum CodingKeys: String, CodingKey {
        case format, duration, width, height, streams
        case bitRate = "bit_rate"
        case videoCodec = "video_codec"
        case frameRate = "frame_rate"
        case audioCodec = "audio_codec"
        case videoStream = "video_stream"
        case audioStream = "audio_stream"
    }

    /// The longest video, in seconds.
    static let longest = 4.0 * 3600
}

/// Frames a second, as a fraction: `30000/1001`.
struct FrameRate: Codable, Hashable, Sendable {
    /// The frames.
    var frames: Int
    /// In so many seconds.
    var seconds: Int

    /// As a number.
    var value: Double { Double(frames) / Double(seconds) }
    /// As ffmpeg reads and writes it.
    var text: String { "\(frames)/\(seconds)" }

    /// Makes a rate.
    init(frames: Int, seconds: Int) {
        self.frames = frames
        self.seconds = seconds
    }

    /// Reads ffprobe's text.
    /// - Returns: `nil` for what is no rate of a video, 0.1 to 240 frames a second.
    init?(_ text: String) {
        let parts = text.split(separator: "/").compactMap { Int($0) }
        guard parts.count == 2, parts[0] > 0, parts[1] > 0 else { return nil }
        self.init(frames: parts[0], seconds: parts[1])
        guard (0.1...240).contains(value) else { return nil }
    }
}

extension ContainerFacts {
    /// Reads what ffprobe writes.
    /// - Throws: ``Failure``: why the file cannot be analysed.
    init(_ json: [UInt8], of kind: MediaKind) throws {
        let answer: Answer
        do {
            answer = try JSONDecoder().decode(Answer.self, from: Data(json))
        } catch {
            throw Failure.userFixable(
                "The file's description of itself cannot be read; export it again.", code: "broken_file")
        }
        let streams = answer.streams ?? []
        let videos = streams.filter { $0.type == "video" && $0.disposition?.attachedPicture != 1 }
        guard let video = videos.first else {
            throw Failure.userFixable(
                "The file holds no video; upload one with a video track.", code: "no_video_track")
        }
        guard let width = video.width, let height = video.height, width >= 16, height >= 16,
            let codec = video.codec
        else {
            throw Failure.userFixable(
                "The video in the file cannot be decoded here; export it as H.264 in an MP4 file.",
                code: "unknown_codec")
        }
        guard width * height <= MediaFile.mostPixels else {
            throw Failure.userFixable(
                "The pictures have \(width) × \(height) pixels; at most \(MediaFile.mostPixels) are taken, so export it smaller.",
                code: "too_large_picture")
        }
        guard
            let rate = [video.averageRate, video.realRate].compactMap({ $0 }).lazy.compactMap(FrameRate.init)
                .first
        else {
            throw Failure.userFixable(
                "The video has no usable frame rate; export it with 1 to 240 frames a second.",
                code: "no_frame_rate")
        }
        let duration = [answer.format?.duration, video.duration].compactMap { $0 }.lazy.compactMap(
            Double.init
        )
        .first { $0 > 0 && $0.isFinite }
        if let duration, duration > Self.longest {
            throw Failure.userFixable(
                "The video is longer than \(Int(Self.longest / 3600)) hours; cut it into parts.",
                code: "too_long")
        }
        let sound = streams.first { $0.type == "audio" && $0.codec != nil }
        self.init(
            format: kind, duration: duration, bitRate: answer.format?.bitRate.flatMap { Int($0) },
            videoCodec: codec,
            width: width, height: height, frameRate: rate, audioCodec: sound?.codec, streams: streams.count,
            videoStream: video.index, audioStream: sound?.index)
    }

    private struct Answer: Decodable {
        var streams: [Stream]?
        var format: Format?

        struct Format: Decodable {
            var duration: String?
            var bitRate: String?
            private enum CodingKeys: String, CodingKey {
                case duration
                case bitRate = "bit_rate"
            }
        }

        struct Disposition: Decodable {
            var attachedPicture: Int?
            private enum CodingKeys: String, CodingKey { case attachedPicture = "attached_pic" }
        }

        struct Stream: Decodable {
            var index: Int
            var type: String?
            var codec: String?
            var width: Int?
            var height: Int?
            var averageRate: String?
            var realRate: String?
            var duration: String?
            var disposition: Disposition?
            private enum CodingKeys: String, CodingKey {
                case index, width, height, duration, disposition
                case type = "codec_type"
                case codec = "codec_name"
                case averageRate = "avg_frame_rate"
                case realRate = "r_frame_rate"
            }
        }
    }
}
