/// The sentences as subtitles.
enum Captions {
    /// The cues in WebVTT (<https://www.w3.org/TR/webvtt1/>).
    static func webVTT(_ cues: [Cue]) -> String {
        "WEBVTT\n"
            + cues.enumerated().map { index, cue in
                "\n\(index + 1)\n\(clock(cue.start)) --> \(clock(cue.end))\n\(escaped(cue.text))\n"
            }.joined()
    }

    /// What begins a tag or an entity is written as an entity itself; an arrow of times can then not stand in a text.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// `00:01:02.345`
    private static func clock(_ seconds: Double) -> String {
        let (whole, milliseconds) = Int((seconds * 1000).rounded()).quotientAndRemainder(dividingBy: 1000)
        return "\(padded(whole / 3600, 2)):\(padded(whole / 60 % 60, 2)):\(padded(whole % 60, 2))."
            + padded(milliseconds, 3)
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
