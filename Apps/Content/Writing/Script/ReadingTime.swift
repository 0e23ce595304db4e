/// How long a script takes to be read out, and at which pace.
///
/// The figures are those of espeak-ng 1.51 with the voice and speed below: least squares over its readings of 532
/// sentences of the corpus, which together come out at 171 words a minute without the pauses. For a single sentence
/// the estimate is off by 0.3 seconds (one standard deviation); for scripts of 14 sentences by 0.9 percent in the
/// middle and 3.3 percent in one of a hundred. The renderer makes up for that in the pauses.
public enum ReadingTime {
    /// The voice, as espeak-ng calls it.
    public static let voice = "en-gb"
    /// The speed that espeak-ng is asked for; what it makes of it is ``wordsPerMinute``.
    public static let speed = 155
    /// How many words are read in a minute, without the pauses between sentences.
    public static let wordsPerMinute = 170.7

    /// The silence between two sentences, in seconds.
    public static let sentencePause = 0.45
    /// The silence between two sections, in seconds.
    public static let sectionPause = 1.0
    /// The silence in the beginning, in seconds.
    public static let opening = 0.6
    /// The silence at the end, in seconds.
    public static let closing = 1.2

    /// What a sentence takes when nothing in it can be spoken: it is shown for so long.
    public static let unspoken = 1.0

    /// How many seconds a sentence takes.
    public static func seconds(of sentence: String) -> Double {
        let spoken = SpokenText.of(sentence)
        guard !spoken.isEmpty else { return unspoken }
        var seconds = 0.162
        for word in spoken.split(separator: " ") {
            if let last = word.last, ",;:".contains(last) { seconds += 0.322 }
            let digits = word.filter { $0.isWholeNumber && $0.isASCII }
            if digits.isEmpty {
                seconds += 0.0238 + 0.0626 * Double(word.count(where: \.isLetter))
            } else {
                let letters = NumberWords.letters(of: word) + word.count(where: \.isLetter)
                seconds += 0.0593 * Double(letters)
            }
        }
        return seconds
    }

    /// How many seconds sections of sentences take, with all pauses.
    public static func seconds(of sections: [ScriptSection]) -> Double {
        let spoken = sections.map { section in
            section.sentences.map { seconds(of: $0.text) }.reduce(0, +)
                + sentencePause * Double(max(0, section.sentences.count - 1))
        }
        return opening + spoken.reduce(0, +) + sectionPause * Double(max(0, sections.count - 1)) + closing
    }
}
