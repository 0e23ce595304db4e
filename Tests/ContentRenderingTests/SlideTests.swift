@testable import ContentRendering
import ContentWriting
import Foundation
import LockstepTesting
import Testing

@Suite struct SlideTests {
    static func slide(
        _ bullets: [String], title: String = "A title", citation: String = "", progress: Double = 0.5
    )
        -> Slide
    {
        Slide(
            title: title, section: 2, sections: 5,
            bullets: bullets.enumerated().map { Slide.Bullet(text: $1, isRead: $0 == bullets.count - 1) },
            citation: citation, progress: progress, seconds: 1)
    }

    static func png(_ slide: Slide) throws -> Data {
        let scratch = try Scratch()
        try SlideCanvas().draw(slide, to: scratch.path("slide.png"))
        return try Data(contentsOf: URL(filePath: scratch.path("slide.png")))
    }

    @Test func everythingShows() throws {
        let plain = try Self.png(Self.slide(["One.", "Two."]))
        #expect(plain.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        // The width and height of its head.
        #expect(Array(plain[16..<24]) == [0, 0, 5, 0, 0, 0, 2, 0xD0])
        #expect(try Self.png(Self.slide(["One.", "Two."])) == plain)
        for other in [
            Self.slide(["One.", "Three."]), Self.slide(["One."]),
            Self.slide(["One.", "Two."], title: "Another"),
            Self.slide(["One.", "Two."], citation: "Source: Tides"),
            Self.slide(["One.", "Two."], progress: 0.6),
        ] {
            #expect(try Self.png(other) != plain)
        }
    }

    @Test func markupIsText() throws {
        let bare = try Self.png(Self.slide(["bold"]))
        for text in ["<b>bold</b>", "<span foreground='red'>bold</span>", "bold&amp;", "&bold", "<bold"] {
            #expect(try Self.png(Self.slide([text])) != bare)
            #expect(try Self.png(Self.slide([text], title: text, citation: text)) != bare)
        }
        #expect(try Self.png(Self.slide(["<b>bold</b>"])) != Self.png(Self.slide(["<i>bold</i>"])))
    }

    @Test func whatDoesNotFitGoesOn() throws {
        let canvas = try SlideCanvas()
        let long = String(repeating: "word ", count: 60).trimmingCharacters(in: .whitespaces)
        #expect(canvas.fits(["One."]) && canvas.fits([long, long]) && !canvas.fits([long, long, long]))
        #expect(canvas.fits([String(repeating: "W", count: 600)]))
        let script = try Scripts.make([("One", [long, long, long, "c."]), ("Two", ["d."])])
        let readings = (0..<5).map { _ in Samples(rate: 100, values: Array(repeating: 1, count: 200)) }
        let timeline = Timeline.of(script, readings: readings, rate: 100).timeline
        let slides = SlideDeck.slides(of: script, timeline, fits: canvas.fits)
        #expect(slides.map { $0.bullets.count } == [1, 2, 1, 2, 1])
        #expect(slides.allSatisfy { slide in canvas.fits(slide.bullets.map(\.text)) })
        #expect(
            slides.allSatisfy {
                $0.bullets.map(\.isRead) == $0.bullets.indices.map { _ in false }.dropLast() + [true]
            })
        #expect(
            slides.map(\.section) == [1, 1, 1, 1, 2]
                && slides.map(\.progress) == slides.map(\.progress).sorted())
        #expect(abs(slides.map(\.seconds).reduce(0, +) - timeline.seconds) < 0.001)
        #expect(slides[0].citation == "Source: Tides [tides.1]" && slides.last?.progress == 1)
    }
}
