import Testing

@testable import LockstepUploads

struct S3DocumentTests {
    @Test func anAnswer() throws {
        let document = try #require(
            S3Document(
                Array(
                    """
                    <?xml version="1.0" encoding="UTF-8"?>
                    <ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>true</IsTruncated>
                    <Part><ETag>&#34;a&#x62;&quot;</ETag><Size>5</Size></Part><Part a='/'/><Key>a &lt;&gt;&apos;&amp; b</Key>
                    </ListPartsResult>
                    """.utf8)))
        #expect(document.name == "ListPartsResult" && document["IsTruncated"] == "true")
        #expect(document.children.filter { $0.name == "Part" }.map { $0["ETag"] } == ["\"ab\"", nil])
        #expect(document["Key"] == "a <>'& b" && document["Size"] == nil)
    }

    @Test func whiteSpaceThatKeepsAConnectionAlive() {
        #expect(
            S3Document(Array("   \n\n<Error><Code>InternalError</Code></Error>".utf8))?["Code"]
                == "InternalError")
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a><b></a></b>", "</a>", "<a", "<>", "<a>&", "<a>&;</a>",
        "<a>&nbsp;</a>",
        "<a>&#xD800;</a>", "<a>&#99999999999;</a>", "x<a></a>", "<!DOCTYPE a><a></a>", "<a><!-- --></a>",
        "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>",
        String(repeating: "<a>", count: 100_000), "<a>" + String(repeating: "<b/>", count: 100_000) + "</a>",
    ])
    func whatIsNone(_ text: String) { #expect(S3Document(Array(text.utf8)) == nil) }

    @Test func whatIsWrittenIsRead() {
        let text = "\"<&>'\""
        #expect(S3Document(Array("<a>\(S3Document.escape(text))</a>".utf8))?.text == text)
    }
}
