import Foundation
import Testing
import TicketDocument
import TicketDrafting

@Suite struct OfflineDrafterTests {
    @Test func oneTicketForEachTypeViewMenuAndIntegration() async throws {
        let site = try Samples.site()
        let drafts = try await OfflineDrafter().drafts(for: Samples.request(site))
        #expect(drafts.map(\.subject) == site.subjects)
        #expect(drafts.count == 36)
        for draft in drafts {
            #expect(draft.faults == [], "\(draft.subject)")
            #expect(draft.criteria.count >= 2, "\(draft.subject)")
            #expect(draft.body.contains("Harbour Museum"), "\(draft.subject)")
        }
        #expect(Set(drafts.map(\.summary)).count == drafts.count)
        let again = try await OfflineDrafter().drafts(for: Samples.request(site))
        #expect(again == drafts)
    }

    @Test func whatATicketSays() async throws {
        let site = try Samples.site()
        let drafts = try await OfflineDrafter().drafts(for: Samples.request(site))
        let event = try #require(drafts.first { $0.subject.description == "content_type:event" })
        #expect(event.summary == "Build the content type Event")
        #expect(
            event.body.hasPrefix(
                "Editors need the content type **Event** (`event`) with 8 fields. It belongs to the site Harbour Museum."
            ))
        #expect(
            event.criteria.contains(
                "Saving without Title, Kind, Begins, Length and Place is refused, and the field is named."))
        #expect(
            event.criteria.contains(
                "Published content appears in Calendar, Today at the museum and Calendar to subscribe to."))
        let blocks = Markup.blocks(event.body)
        let tables = blocks.compactMap { block -> ([[Inline]], [[[Inline]]])? in
            if case .table(let header, let rows) = block { (header, rows) } else { nil }
        }
        let (header, rows) = try #require(tables.first)
        #expect(header.count == 5 && rows.count == 8)
        #expect(
            rows[4].map { $0.map(\.text).joined() } == [
                "Place", "place", "reference: room, ship", "yes", "one",
            ])
        let document = event.document
        #expect(
            document.content?.map(\.type) == [
                "paragraph", "paragraph", "heading", "table", "heading", "bulletList", "heading",
                "bulletList",
            ])
        #expect(document.content?[6].plainText == "Acceptance criteria")
    }

    @Test func onlyWhatIsAskedFor() async throws {
        let site = try Samples.site()
        let wanted = [
            SiteSubject(.menu, "footer"), SiteSubject(.view, "news"), SiteSubject(.view, "nothing"),
        ]
        let request = DraftRequest(siteName: "", siteDescription: "", site: site, subjects: wanted)
        let drafts = try await OfflineDrafter().drafts(for: request)
        #expect(drafts.map(\.subject.description) == ["view:news", "menu:footer"])
        #expect(!drafts[0].body.contains("belongs to"))
        let parts = Samples.request(site).parts(of: 10)
        #expect(parts.map(\.subjects.count) == [10, 10, 10, 6])
        #expect(parts.flatMap(\.subjects) == site.subjects)
    }

    /// Names that mean something in markup, and names without end.
    @Test(arguments: [
        "**x** `y` [z](https://example.com) | # - 1. ```", "<script>alert(1)</script>", "\u{202E}\u{0}x",
        String(repeating: "\"|`*", count: 500), String(repeating: "é😀", count: 1000), "- x", "| a |",
    ]) func textOfAnExportStaysText(name: String) async throws {
        let fields = (0..<300).map { index in
            SiteField(
                name: "\(name)\(index)", label: name, type: index % 2 == 0 ? "image" : name, isRequired: true,
                target: name, help: name)
        }
        let site = Site(
            contentTypes: [ContentType(name: "a", label: name, about: name, fields: fields)],
            views: [
                SiteView(
                    name: "v", label: name, path: name, display: name, contentType: "a",
                    filters: Array(repeating: name, count: 300), sort: name)
            ],
            menus: [
                SiteMenu(
                    name: name, label: name,
                    items: Array(repeating: MenuItem(label: name, path: name, parent: name), count: 300))
            ],
            integrations: [
                Integration(
                    name: "i", label: name, kind: name, endpoint: name, direction: name, schedule: name,
                    contentType: name)
            ])
        let drafts = try await OfflineDrafter().drafts(
            for: DraftRequest(siteName: name, siteDescription: name, site: site))
        #expect(drafts.count == 4)
        for draft in drafts {
            #expect(draft.faults == [], "\(draft.subject)")
            let links = draft.document.nodes.flatMap { $0.marks ?? [] }.filter { $0.type == "link" }
            #expect(links.isEmpty)
            #expect(draft.summary.count <= 120)
        }
        if name.count < 60 {
            let visible = name.unicodeScalars.filter { $0.value != 0 && $0.value != 0x202E }.map(String.init)
                .joined()
            #expect(drafts[0].document.plainText.contains(visible))
            #expect(drafts[0].document.plainText.contains("270 more fields"))
        }
    }
}

extension ADFNode {
    fileprivate var nodes: [ADFNode] { [self] + (content ?? []).flatMap(\.nodes) }
}
