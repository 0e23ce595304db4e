import Lockstep
import LockstepServer
import LockstepTesting
import Testing

/// What the pages of applications are made of.
@Suite struct ApplicationTests {
    private static func item(_ title: String, progress: Int? = nil) -> ItemList.Item {
        ItemList.Item(
            title: title, link: "/things/1?a=1&b=2", note: "1 < 2",
            badge: StatusBadge("queued", progress: progress))
    }

    @Test func listsAreEscapedAndEndSomewhere() {
        let html = ItemList([Self.item("<b>&", progress: 40)]).html
        #expect(
            html.contains("<a href=\"/things/1?a=1&amp;b=2\"><b>&lt;b&gt;&amp;</b><small>1 &lt; 2</small>"))
        #expect(
            html.contains(
                "<span class=\"badge queued\">queued · 40 %</span><progress max=\"100\" value=\"40\""))
        #expect(!html.contains("Older"))
        #expect(!ItemList([Self.item("a")]).html.contains("progress"))

        let full = ItemList((0..<ItemList.shown).map { Self.item("\($0)") }).html
        #expect(!full.contains("Older"))
        let more = ItemList((0...ItemList.shown).map { Self.item("item-\($0)") }).html
        #expect(more.contains("Older ones are not shown"))
        #expect(more.contains("item-\(ItemList.shown - 1)<") && !more.contains("item-\(ItemList.shown)<"))
    }

    @Test func factsHaveRoomForNotesOnlyWhenThereAreSome() {
        let plain = Fact.html([Fact("Rows", "<1>"), Fact("Columns", "2")])
        #expect(plain.contains("<dd>&lt;1&gt;</dd>") && !plain.contains("<small>"))
        let noted = Fact.html([Fact("Rows", "1", note: "a & b"), Fact("Columns", "2")])
        #expect(noted.contains("<small>a &amp; b</small>") && noted.contains("2<small></small>"))
    }

    @Test func thePathOfAJobSaysWhatHappened() async throws {
        let time = TestTime()
        let store = MemoryStore(time: time)
        let parcels = try await Jobs<Parcel>(on: store)
        let id = try await parcels.start([:], in: .queued).id
        time.advance(by: .seconds(5))
        let live = try #require(try await parcels.find(id))
        let history = try await parcels.history(of: id)
        let path = JobPath(history, of: live, now: time.now())
        #expect(path.steps.map(\.status) == ["queued"] && path.steps.first?.seconds == 5)
        #expect(
            path.html == "<ol class=\"path\"><li class=\"queued\"><b>queued</b><small>5 s</small></li></ol>")
    }

    @Test func figuresAreTheSameEverywhere() {
        #expect(Figures.decimal(-0.004, digits: 2) == "0.00" && Figures.decimal(-1.25, digits: 1) == "-1.3")
        #expect(Figures.decimal(1.999, digits: 2) == "2.00" && Figures.decimal(12, digits: 0) == "12")
        #expect(Figures.clock(3723.4) == "62:03.4" && Figures.clock(7.5) == "0:07.5")
        #expect(Figures.bytes(1023) == "1023 bytes" && Figures.bytes(1536) == "1.5 KiB")
        #expect(Figures.whole(1_234_567) == "1,234,567" && Figures.percent(0.0004) == "less than 0.1 %")
        #expect(Figures.minute(Timestamp(microseconds: 0)) == "1970-01-01 00:00")
        #expect(Figures.duration(0.25) == "250 ms" && Figures.duration(125) == "2 min 5 s")
    }
}
