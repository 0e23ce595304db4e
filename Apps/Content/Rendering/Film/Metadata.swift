/// A video's title and chapters, in ffmpeg's own text format (<https://ffmpeg.org/ffmpeg-formats.html#Metadata-1>).
enum Metadata {
    static func text(title: String, chapters: [Chapter]) -> String {
        ";FFMETADATA1\ntitle=\(escaped(title))\n"
            + chapters.map { chapter in
                """
                [CHAPTER]
                TIMEBASE=1/1000
                START=\(milliseconds(chapter.start))
                END=\(milliseconds(chapter.end))
                title=\(escaped(chapter.title))

                """
            }.joined()
    }

    private static func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }

    private static func escaped(_ text: String) -> String {
        String(text.flatMap { "=;#\\\n".contains($0) ? ["\\", $0] : [$0] })
    }
}
