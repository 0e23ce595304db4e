import ContentWriting

/// One picture of the video.
struct Slide: Hashable, Sendable {
    /// A sentence on a slide.
    struct Bullet: Hashable, Sendable {
        let text: String
        /// Whether it is the one that is read out.
        let isRead: Bool
    }
    /// The title of the section.
    let title: String
    /// Which section it is, from one, and of how many.
    let section: Int
    let sections: Int
    /// The sentences so far, the last one being read out.
    let bullets: [Bullet]
    /// What the sentence that is read out relies on; may be empty.
    let citation: String
    /// How much of the video is over, from zero to one.
    let progress: Double
    /// How long it is shown, in seconds.
    let seconds: Double
}

/// The pictures of a whole video: one for each sentence, which stays until the next one begins.
enum SlideDeck {
    /// Lays a script out.
    /// - Parameter fits: whether sentences fit on one slide together; those that do not are shown on the next one.
    static func slides(of script: Script, _ timeline: Timeline, fits: ([String]) -> Bool) -> [Slide] {
        var slides: [Slide] = []
        var index = 0
        for (number, section) in script.sections.enumerated() {
            var shown: [String] = []
            for sentence in section.sentences {
                shown =
                    !shown.isEmpty && !fits(shown + [sentence.text])
                    ? [sentence.text] : shown + [sentence.text]
                let start = index == 0 ? 0 : timeline.cues[index].start
                let next = index + 1 < timeline.cues.count ? timeline.cues[index + 1].start : timeline.seconds
                let last = shown.count - 1
                slides.append(
                    Slide(
                        title: section.title, section: number + 1, sections: script.sections.count,
                        bullets: shown.enumerated().map { Slide.Bullet(text: $1, isRead: $0 == last) },
                        citation: citation(sentence, script), progress: next / timeline.seconds,
                        seconds: next - start))
                index += 1
            }
        }
        return slides
    }

    private static func citation(_ sentence: ScriptSentence, _ script: Script) -> String {
        let cited = sentence.citations.compactMap { id in
            script.sources.first { $0.id == id }.map { "\($0.title) [\(id)]" }
        }
        return cited.isEmpty ? "" : "Source: " + cited.joined(separator: ", ")
    }
}
