import Testing

@testable import LockstepServer

@Suite struct LocalPathTests {
    @Test(arguments: ["/", "/a", "/a/b?c=d&e=%2F", "/a//b", "/?next=//evil.example"])
    func pathsOfThisServerAreTaken(text: String) {
        #expect(LocalPath(text)?.text == text)
    }

    @Test(arguments: [
        "", "a", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "\\/evil.example", "/a\\b", "https://evil.example", "https:evil.example", "javascript:alert(1)",
        "/\t/evil.example",
        "\t//evil.example", " //evil.example", "/a\r\nSet-Cookie: x=y", "/a\u{0}", "/a\u{7F}", "/ä",
        "/" + String(repeating: "a", count: 2048),
    ])
    func everythingElseIsRefused(text: String) {
        #expect(LocalPath(text) == nil)
    }

    @Test func whatMeansSomethingInAQueryIsEncoded() throws {
        let path = try #require(LocalPath("/a/b?c=d&e=%2F+f#g"))
        #expect(path.queryValue == "/a/b%3Fc%3Dd%26e%3D%252F%2Bf%23g")
    }
}
