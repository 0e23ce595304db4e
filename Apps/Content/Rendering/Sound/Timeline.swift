import ContentWriting

/// A sentence and when it is read out.
public struct Cue: Codable, Hashable, Sendable {
    /// The section that it belongs to, from zero.
    public let section: Int
    /// When it begins, in seconds.
    public let start: Double
    /// When it ends, in seconds.
    public let end: Double
    /// The words.
    public let text: String
}

/// A section and when it is shown.
public struct Chapter: Codable, Hashable, Sendable {
    /// Its title.
    public let title: String
    /// When it begins, in seconds.
    public let start: Double
    /// When it ends, in seconds: where the next one begins, or the video ends.
    public let end: Double
}

/// What is heard when.
struct Timeline: Hashable, Sendable {
    let cues: [Cue]
    let chapters: [Chapter]
    /// The length of the whole, in seconds.
    let seconds: Double

    /// How far the pauses may be from their usual length.
    private static let stretch = 0.5...2.0

    /// Puts the readings of a script's sentences behind each other.
    ///
    /// The pauses between them are made a little longer or shorter, so that the whole takes as long as the script
    /// says: its figure is an estimate before anything is read out. Nobody notices this in a pause.
    /// - Parameter readings: one for each sentence.
    /// - Returns: the times, and the sound with all pauses.
    static func of(_ script: Script, readings: [Samples], rate: Int) -> (timeline: Timeline, sound: Samples) {
        let spoken = readings.map(\.seconds).reduce(0, +)
        let pauses = pauses(of: script)
        let usual = pauses.reduce(0, +)
        let wanted = script.readingTime - spoken
        let factor = min(stretch.upperBound, max(stretch.lowerBound, usual > 0 ? wanted / usual : 1))

        var sound = Samples(rate: rate)
        sound.values.reserveCapacity(Int((spoken + usual * factor + 1) * Double(rate)))
        func pause(_ seconds: Double) {
            sound.values += repeatElement(0, count: Int((seconds * factor * Double(rate)).rounded()))
        }
        var cues: [Cue] = []
        var starts: [Double] = []
        var index = 0
        for (number, section) in script.sections.enumerated() {
            for sentence in section.sentences {
                pause(pauses[index])
                let start = sound.seconds
                if starts.count == number { starts.append(number == 0 ? 0 : start) }
                sound.values += readings[index].values
                cues.append(Cue(section: number, start: start, end: sound.seconds, text: sentence.text))
                index += 1
            }
        }
        pause(pauses[index])
        let end = sound.seconds
        let chapters = script.sections.enumerated().map { number, section in
            Chapter(
                title: section.title, start: starts[number],
                end: number + 1 < starts.count ? starts[number + 1] : end)
        }
        return (Timeline(cues: cues, chapters: chapters, seconds: end), sound)
    }

    /// The usual pause before each sentence, and the one at the end.
    private static func pauses(of script: Script) -> [Double] {
        var pauses: [Double] = []
        for section in script.sections {
            for index in section.sentences.indices {
                pauses.append(
                    pauses.isEmpty
                        ? ReadingTime.opening
                        : index == 0 ? ReadingTime.sectionPause : ReadingTime.sentencePause)
            }
        }
        return pauses + [ReadingTime.closing]
    }
}
