import Lockstep
import Testing
import TicketExport
import TicketServices

@Suite struct JiraSiteTests {
    private static let token = "ATATT3xFfGF0-secret=1234"
    private static let environment = [
        "LOCKSTEP_JIRA_URL": "https://Example.atlassian.net/", "LOCKSTEP_JIRA_EMAIL": "a@example.com",
        "LOCKSTEP_JIRA_TOKEN": token,
    ]

    private func failure(_ changes: [String: String]) throws -> Failure {
        let environment = Self.environment.merging(changes) { $1 }
        let failure = try #require(throws: Failure.self) { try JiraSite.read(environment) }
        #expect(failure.audience == .adminRequired && failure.code == "bad_jira_site")
        #expect(failure.message.hasSuffix(".") && !failure.message.contains(Self.token))
        return failure
    }

    @Test func theEnvironmentNamesASite() throws {
        let site = try #require(try JiraSite.read(Self.environment))
        #expect(site.address == "https://example.atlassian.net" && site.pages == site.address)
        #expect(site.credentials.email == "a@example.com")
        #expect(site.page(of: "WEB-12") == "https://example.atlassian.net/browse/WEB-12")
        #expect(site.page(of: "a/../b?c") == "https://example.atlassian.net/browse/a%2F%2E%2E%2Fb%3Fc")
        var dumped = ""
        dump(site, to: &dumped)
        for text in ["\(site)", String(reflecting: site), dumped] {
            #expect(!site.credentials.isGivenAway(by: text) && text.contains("a@example.com"), "\(text)")
        }
    }

    @Test func noneIsNone() throws {
        #expect(try JiraSite.read([:]) == nil)
        #expect(try JiraSite.read(["LOCKSTEP_JIRA_URL": "", "LOCKSTEP_JIRA_TOKEN": " "]) == nil)
    }

    @Test func whatIsMissingIsNamed() throws {
        #expect(
            try failure(["LOCKSTEP_JIRA_EMAIL": ""]).message
                == "LOCKSTEP_JIRA_EMAIL is missing; set it, or none of LOCKSTEP_JIRA_URL, LOCKSTEP_JIRA_EMAIL, "
                + "LOCKSTEP_JIRA_TOKEN.")
        #expect(
            try failure(["LOCKSTEP_JIRA_URL": "", "LOCKSTEP_JIRA_TOKEN": ""]).message.hasPrefix(
                "LOCKSTEP_JIRA_URL and LOCKSTEP_JIRA_TOKEN are missing; set them,"))
        #expect(
            try failure(["LOCKSTEP_JIRA_TOKEN": "a b"]).message.contains("LOCKSTEP_JIRA_TOKEN holds a blank"))
        #expect(try failure(["LOCKSTEP_JIRA_EMAIL": "a:b"]).message.contains("a colon"))
    }

    @Test(arguments: [
        "http://example.atlassian.net", "http://127.0.0.1.example.com", "http://127.1.example.com",
        "http://localhost.example.com", "http://10.0.0.1", "http://127.0.0.256", "http://127.0.0",
        "http://[::2]",
    ]) func plainHTTPIsForThisMachineAlone(address: String) throws {
        #expect(try failure(["LOCKSTEP_JIRA_URL": address]).message.contains("use https"))
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost/jira/", "http://localhost/jira"),
        ("http://[::1]:80", "http://[::1]:80"), ("HTTP://127.255.0.9//", "http://127.255.0.9"),
        (
            "https://api.atlassian.com/ex/jira/11111111-2222",
            "https://api.atlassian.com/ex/jira/11111111-2222"
        ),
    ]) func anAddressIsTakenInOneForm(given: String, taken: String) throws {
        let site = try JiraSite.read(Self.environment.merging(["LOCKSTEP_JIRA_URL": given]) { $1 })
        #expect(site?.address == taken)
    }

    @Test(arguments: [
        "example.atlassian.net", "ftp://example.com", "https://", "https://user@example.com",
        "https://user:pw@example.com", "https://example.com?x", "https://example.com/#x",
        "https://exa mple.com",
        "https://exämple.com", "https://example.com:0", "https://example.com:65536",
        "https://example.com/a/../b",
        "https://example.com/%2e%2e/b", "https://-example.com", "https://example.com\\@evil.com", token,
    ]) func whatIsNoAddressIsRefused(address: String) throws {
        #expect(try failure(["LOCKSTEP_JIRA_URL": address]).message.contains("must be an address"))
        #expect(
            try failure(["LOCKSTEP_JIRA_PAGES_URL": address]).message.hasPrefix(
                "LOCKSTEP_JIRA_PAGES_URL must"))
    }

    @Test func pagesMayBeElsewhere() throws {
        let site = try #require(
            try JiraSite.read(
                Self.environment.merging([
                    "LOCKSTEP_JIRA_URL": "https://api.atlassian.com/ex/jira/1",
                    "LOCKSTEP_JIRA_PAGES_URL": "https://example.atlassian.net",
                ]) { $1 }))
        #expect(site.page(of: "WEB-1") == "https://example.atlassian.net/browse/WEB-1")
    }
}
