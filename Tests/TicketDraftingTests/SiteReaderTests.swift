import Foundation
import Lockstep
import Testing
import TicketDrafting

@Suite struct SiteReaderTests {
    @Test func theSampleSite() throws {
        let site = try Samples.site()
        #expect(site.contentTypes.count == 12)
        #expect(site.contentTypes.map(\.fields.count).reduce(0, +) == 60)
        #expect(site.views.count == 15)
        #expect(site.menus.map(\.label) == ["Main menu", "Service menu", "Footer", "Languages"])
        #expect(site.menus.map(\.items.count) == [15, 3, 3, 2])
        #expect(site.integrations.count == 5)
        let event = try #require(site.contentTypes.first { $0.name == "event" })
        #expect(
            event.fields[1]
                == SiteField(
                    name: "kind", label: "Kind", type: "list", isRequired: true,
                    target: "tour, talk, concert, workshop"))
        #expect(event.about.hasPrefix("A guided tour, talk"))
        #expect(site.views[3].filters == ["now", "soon", "permanent"])
        #expect(site.integrations[3].contentType == "")
    }

    @Test func theOrderOfFilesMeansNothing() throws {
        let site = try Samples.site()
        let other = try SiteReader().read(Samples.files().reversed())
        #expect(Set(other.contentTypes) == Set(site.contentTypes))
        #expect(other.views == site.views && other.integrations == site.integrations)
    }

    @Test func jsonAndCSVTellTheSame() throws {
        let site = try Samples.site()
        let json = SiteFile(name: "Site.JSON", data: Data(try JSONText.encode(site).utf8))
        #expect(try SiteReader().read([json]) == site)
    }

    @Test func whatExportsLookLike() throws {
        let text =
            "\u{FEFF}Content_Type;FIELD;required;Label;nobody knows\r\n"
            + "news_item;\"a;\"\"b\"\"\r\nc\";x;;1\r\n\r\nnews_item;d;;\u{202E}Hi\u{0} there;2\n"
        let site = try SiteReader().read([Samples.file("a.csv", text)])
        let type = try #require(site.contentTypes.first)
        #expect(type.label == "News item")
        #expect(type.fields.map(\.name) == ["a;\"b\" c", "d"])
        #expect(type.fields.map(\.isRequired) == [true, false])
        #expect(type.fields.map(\.label) == ["A;\"b\" c", "Hi there"])
        #expect(type.fields.map(\.type) == ["text", "text"])
        let views = try SiteReader().read([Samples.file("v.csv", "view\nx\ry")])
        #expect(views.views.map(\.name) == ["x", "y"])
    }

    /// The name and text of a file, and the sentence about it.
    @Test(arguments: [
        ("a.txt", "x", "The file a.txt must be CSV or JSON, and its name end in .csv or .json."),
        ("a.csv", "", "In a.csv, there is nothing to read."),
        ("a.csv", "\n\n", "In a.csv, there is nothing to read."),
        (
            "a.csv", "name,label\nx,y",
            "In a.csv, the header must have a column content_type, view or integration, or menu and item."
        ),
        ("a.csv", "view,View\nx,y", "In line 1 of a.csv, the column “view” stands there twice."),
        ("a.csv", "view,label\nx,y\nz", "In line 3 of a.csv, there are 1 cells, and the header has 2."),
        ("a.csv", "view,label\nx,\"y\nz\n", "In line 2 of a.csv, a quoted cell is not closed."),
        ("a.csv", "view,label\n,y", "In line 2 of a.csv, view is missing."),
        ("a.csv", "view\nx\nx", "In line 3 of a.csv, the view “x” stands there for the second time."),
        (
            "a.csv", "content_type,field,required\na,b,perhaps",
            "In line 2 of a.csv, required is “perhaps”, and must be yes or no."
        ),
        (
            "a.csv", "content_type,field\na,b\na,b",
            "In line 3 of a.csv, the field “b” of “a” stands there for the second time."
        ),
        (
            "a.csv", "menu,item,parent\nm,a,b",
            "In line 2 of a.csv, the parent “b” is no item of the menu “m”."
        ),
        ("a.csv", "view,label", "The export has no content types, views, menus or integrations."),
        (
            "a.csv", "view\n" + String(repeating: "x", count: 201),
            "In line 2 of a.csv, view is longer than 200 characters."
        ),
        (
            "a.csv", "view,sort\na," + String(repeating: "x", count: 2_001),
            "In line 2 of a.csv, sort is longer than 2000 characters."
        ),
        (
            "a.json", "[]",
            "In a.json, there must be an object with content_types, views, menus or integrations."
        ),
        (
            "a.json", "{\"sites\":[]}",
            "In a.json, there must be an object with content_types, views, menus or integrations."
        ),
        ("a.json", "{\"views\":{}}", "In a.json, views must be a list."),
        ("a.json", "{\"views\":[1]}", "In a.json, views[0] must be an object."),
        ("a.json", "{\"views\":[{}]}", "In views[0] of a.json, name is missing."),
        ("a.json", "{\"views\":[{\"name\":[]}]}", "In views[0] of a.json, name must be a text."),
        (
            "a.json", "{\"views\":[{\"name\":\"a\",\"filters\":[1]}]}",
            "In views[0] of a.json, filters must be a list of texts."
        ),
        (
            "a.json", "{\"content_types\":[{\"name\":\"a\",\"fields\":[{\"name\":\"b\",\"required\":2}]}]}",
            "In fields[0] of content_types[0] of a.json, required is “2”, and must be yes or no."
        ),
        (
            "a.json",
            "{\"content_types\":[{\"name\":\"a\"}],\"views\":[{\"name\":\"v\",\"content_type\":\"b\"}]}",
            "In views[0] of a.json, the view “v” shows the content type “b”, which no file describes."
        ),
    ]) func whatCannotBeUsedIsToldInOneSentence(name: String, text: String, sentence: String) throws {
        let fault = try #require(throws: SiteFault.self) { try SiteReader().read([Samples.file(name, text)]) }
        #expect(fault.message == sentence)
        #expect(fault.failure.audience == .userFixable && fault.failure.message == sentence)
    }

    @Test func whatIsTooLargeOrNoTextIsRefused() throws {
        func message(_ files: [SiteFile]) throws -> String {
            let fault = try #require(throws: SiteFault.self) { try SiteReader().read(files) }
            return fault.message
        }
        let empty = Samples.file("a.csv", "view\nx")
        #expect(try message(Array(repeating: empty, count: 21)) == "There are 21 files, and 20 are the most.")
        let large = SiteFile(name: "a.csv", data: Data(count: 5_000_001))
        #expect(try message([large]) == "In a.csv, there are 5000001 bytes, and 5000000 are the most.")
        let latin = SiteFile(name: "a.csv", data: Data("view\n".utf8) + [0xE9])
        #expect(try message([latin]) == "In a.csv, the text must be UTF-8.")
        #expect(try message([Samples.file("a.json", "{")]).hasPrefix("In a.json, this is not valid JSON"))
        let deep = String(repeating: "[", count: 60_000) + String(repeating: "]", count: 60_000)
        #expect(try message([Samples.file("a.json", deep)]).contains("more than 50 levels"))
        let views = "view\n" + (0...500).map { "v\($0)" }.joined(separator: "\n")
        #expect(
            try message([Samples.file("a.csv", views)])
                == "In line 502 of a.csv, there are more than 500 views.")
        let fields = "content_type,field\n" + (0...300).map { "a,f\($0)" }.joined(separator: "\n")
        #expect(
            try message([Samples.file("a.csv", fields)])
                == "In line 302 of a.csv, the content type “a” has more than 300 fields.")
        let rows = "view\n" + String(repeating: "\"\"\n", count: 150_001)
        #expect(try message([Samples.file("a.csv", rows)]) == "In a.csv, there are more than 150000 rows.")
    }

    @Test(arguments: 0..<200) func noBytesBringItDown(seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let signs: [UInt8] = [34, 10, 44, 123, 91, 0]
        for file in try Samples.files() {
            var data = file.data
            for _ in 0...next(8) {
                let place = next(data.count)
                switch next(3) {
                case 0: data[place] = UInt8(next(256))
                case 1: data.removeSubrange(place..<min(data.count, place + next(50)))
                default: data.insert(signs[next(signs.count)], at: place)
                }
            }
            // Either it is read, or a sentence says why not.
            do {
                let site = try SiteReader().read([SiteFile(name: file.name, data: data)])
                #expect(!site.isEmpty)
            } catch {
                #expect(error.message.hasSuffix("."))
                #expect(error.message.contains(file.name) || error.message.hasPrefix("The export has no"))
            }
        }
    }
}
