import Foundation
import Lockstep
import Testing
import TicketDocument
import TicketExport

@Suite struct JiraRequestTests {
    private let issue = JiraIssue(
        project: "WEB", type: "Story", summary: "Build it", description: .document([.paragraph("x")]),
        labels: ["website", JiraIssue.label(ticket: "a-1")])

    private let fields = #"""
        {"fields":{"description":{"content":[{"content":[{"text":"x","type":"text"}],"type":"paragraph"}],"type":"doc","version":1},"issuetype":{"name":"Story"},"labels":["website","lockstep-a-1"],"project":{"key":"WEB"},"summary":"Build it"}}
        """#

    @Test func theRequestsAreThoseOfThePublishedAPI() throws {
        let one = JiraRequest.create([issue])
        #expect(one.method == "POST" && one.path == "/rest/api/3/issue")
        #expect(try one.body?.encoded() == fields)
        let two = JiraRequest.create([issue, issue])
        #expect(two.method == "POST" && two.path == "/rest/api/3/issue/bulk")
        #expect(try two.body?.encoded() == #"{"issueUpdates":[\#(fields),\#(fields)]}"#)
        let search = JiraRequest.search(labels: ["lockstep-a", "lockstep-b"], project: "WEB")
        #expect(search.method == "POST" && search.path == "/rest/api/3/search/jql")
        #expect(
            try search.body?.encoded()
                == #"{"fields":["labels"],"jql":"project = \"WEB\" AND labels in (\"lockstep-a\", \"lockstep-b\") ORDER BY key ASC","maxResults":100}"#
        )
        #expect(
            try JiraRequest.newest(in: "WEB").body?.encoded()
                == #"{"fields":["labels"],"jql":"project = \"WEB\" ORDER BY key DESC","maxResults":1}"#)
        let fetch = JiraRequest.fetch(keys: ["WEB-1", "WEB-2"])
        #expect(fetch.method == "POST" && fetch.path == "/rest/api/3/issue/bulkfetch")
        #expect(try fetch.body?.encoded() == #"{"fields":["labels"],"issueIdsOrKeys":["WEB-1","WEB-2"]}"#)
        #expect(JiraRequest.myself == JiraRequest("GET", "/rest/api/3/myself"))
        #expect(issue.bytes == fields.utf8.count)
    }

    @Test func credentialsAreSentAndNeverShown() throws {
        let credentials = try #require(JiraCredentials(email: " a@example.com\n", token: "s3cr3t "))
        #expect(credentials.authorization == "Basic YUBleGFtcGxlLmNvbTpzM2NyM3Q=")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!credentials.isGivenAway(by: text) && text.contains("a@example.com"), "\(text)")
        }
        #expect(
            credentials.isGivenAway(by: "x s3cr3t")
                && credentials.isGivenAway(by: "YUBleGFtcGxlLmNvbTpzM2NyM3Q="))
        #expect(JiraCredentials(email: "", token: "x") == nil)
        #expect(JiraCredentials(email: "a:b@example.com", token: "x") == nil)
        #expect(JiraCredentials(email: "a@example.com", token: "x\r\nX-Evil: 1") == nil)
    }

    @Test(arguments: [
        ("WEB", true), ("web_2", true), ("W", false), ("2WEB", false), ("WEB-1", false),
        ("WEB\" OR project = \"X", false),
        ("", false), ("WÉB", false), (String(repeating: "A", count: 51), false),
    ]) func aProjectsKeyIsChecked(text: String, isKey: Bool) {
        #expect(JiraIssue.isProjectKey(text) == isKey)
        #expect((try? ExportPlan(project: text, tickets: [])) != nil || !isKey)
        #expect((try? ExportPlan(project: text, tickets: [])) == nil || isKey)
    }

    @Test func ticketsIdsAreChecked() throws {
        let failure = try #require(throws: Failure.self) {
            try ExportPlan(project: "WEB", tickets: [ExportTicket(id: "a\")", bytes: 1)])
        }
        #expect(failure.audience == .adminRequired)
        let twice = try ExportPlan(
            project: "web", tickets: [ExportTicket(id: "a", bytes: 1), ExportTicket(id: "a", bytes: 2)])
        #expect(twice.project == "WEB" && twice.tickets.map(\.bytes) == [1])
    }
}
