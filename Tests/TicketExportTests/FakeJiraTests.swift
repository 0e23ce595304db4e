import FakeJira
import Foundation
import Lockstep
import Testing
import TicketDocument

@Suite struct FakeJiraTests {
    private var jira = FakeJira(email: "a@example.com", token: "t")

    private mutating func ask(
        _ method: String = "POST", _ path: String, _ body: String = "", headers: [String: String] = [:]
    ) throws -> (status: Int, json: JSONValue) {
        let base = [
            "Authorization": "Basic " + Data("a@example.com:t".utf8).base64EncodedString(),
            "Content-Type": "application/json; charset=utf-8",
        ]
        let given = jira.handle(
            .init(method, path, headers: base.merging(headers) { _, new in new }, body: Data(body.utf8)))
        let answer = try #require(given)
        return (answer.status, try JSONDecoder().decode(JSONValue.self, from: answer.body))
    }

    private func fields(_ more: String = "", summary: String = "\"s\"") -> String {
        #"{"fields":{"project":{"key":"WEB"},"issuetype":{"name":"Task"},"summary":\#(summary)\#(more)}}"#
    }

    @Test mutating func whatItTellsOfTheAccount() throws {
        let answer = try ask("GET", "/rest/api/3/myself")
        #expect(answer.status == 200 && answer.json["emailAddress"] == "a@example.com")
        #expect(try ask("GET", "/rest/api/3/myself", headers: ["Authorization": "Basic x"]).status == 401)
        #expect(try ask("GET", "/rest/api/3/nothing").status == 404)
        #expect(try ask("DELETE", "/rest/api/3/issue").status == 404)
        #expect(
            try ask("POST", "/rest/api/3/issue", fields(), headers: ["Content-Type": "text/plain"]).status
                == 415)
    }

    @Test mutating func anIssueIsKept() throws {
        let answer = try ask(
            "POST", "/rest/api/3/issue",
            fields(
                #","labels":["a","b"],"description":{"type":"doc","version":1,"content":[{"type":"rule"}]}"#))
        #expect(answer.status == 201)
        #expect(answer.json["key"] == "WEB-1" && answer.json["id"] == "10001")
        #expect(answer.json["self"]?.text?.hasSuffix("/rest/api/3/issue/10001") == true)
        let issue = try #require(jira.issues.first)
        #expect(issue.labels == ["a", "b"] && issue.description?.content?.first?.type == "rule")
    }

    /// What is sent, the field that is wrong, and a part of the sentence.
    @Test(arguments: [
        (#"{"fields":{}}"#, "project", "valid project"), (#"{"fields":{}}"#, "issuetype", "valid issue type"),
        (#"{"fields":{}}"#, "summary", "must specify a summary"),
        (#"{"fields":{"summary":"\#(String(repeating: "x", count: 256))"}}"#, "summary", "less than 255"),
        (#"{"fields":{"summary":"a\nb"}}"#, "summary", "newline"),
        (#"{"fields":{"description":"text"}}"#, "description", "Atlassian Document"),
        (
            #"{"fields":{"description":{"type":"doc","version":1,"content":[{"type":"x"}]}}}"#, "description",
            "doc.content[0]"
        ),
        (#"{"fields":{"labels":["a b"]}}"#, "labels", "contains spaces"),
        (#"{"fields":{"labels":"a"}}"#, "labels", "array of strings"),
        (#"{"fields":{"colour":"red"}}"#, "colour", "cannot be set"),
    ]) mutating func fieldsAreChecked(body: String, field: String, words: String) throws {
        let answer = try ask("POST", "/rest/api/3/issue", body)
        #expect(answer.status == 400)
        #expect(answer.json["errors"]?[field]?.text?.contains(words) == true, "\(answer.json)")
        #expect(jira.issues.isEmpty)
    }

    @Test(arguments: ["", "[]", "{}", "{", #"{"fields":[]}"#, #"{"fields":{},"other":1}"#])
    mutating func aBodyThatIsNoneIsRefused(body: String) throws {
        let answer = try ask("POST", "/rest/api/3/issue", body)
        #expect(answer.status == 400)
        #expect(answer.json["errorMessages"] != [])
    }

    @Test mutating func aBulkTellsOfEachElement() throws {
        let bad = fields(summary: "\"\"")
        let answer = try ask(
            "POST", "/rest/api/3/issue/bulk", #"{"issueUpdates":[\#(fields()),\#(bad),\#(fields())]}"#)
        #expect(answer.status == 201)
        guard case .array(let issues) = answer.json["issues"], case .array(let errors) = answer.json["errors"]
        else {
            Issue.record("\(answer.json)")
            return
        }
        #expect(issues.map { $0["key"] } == ["WEB-1", "WEB-2"])
        #expect(errors.count == 1 && errors[0]["failedElementNumber"] == 1 && errors[0]["status"] == 400)
        let none = try ask("POST", "/rest/api/3/issue/bulk", #"{"issueUpdates":[\#(bad),\#(bad)]}"#)
        #expect(none.status == 400 && none.json["issues"] == [])
        let many = Array(repeating: fields(), count: 51).joined(separator: ",")
        #expect(try ask("POST", "/rest/api/3/issue/bulk", #"{"issueUpdates":[\#(many)]}"#).status == 400)
        #expect(try ask("POST", "/rest/api/3/issue/bulk", #"{"issueUpdates":[]}"#).status == 400)
        #expect(jira.issues.count == 2)
    }

    @Test mutating func theSearchLagsAndTheFetchDoesNot() throws {
        jira.searchLag = 3
        jira.add(2, to: "WEB", labels: ["x"])
        let search =
            #"{"jql":"project = \"WEB\" AND labels in (x, \"y\") ORDER BY key DESC","fields":["labels"]}"#
        #expect(try ask("POST", "/rest/api/3/search/jql", search).json["issues"] == [])
        let fetch = try ask(
            "POST", "/rest/api/3/issue/bulkfetch", #"{"issueIdsOrKeys":["WEB-2","10001","WEB-9"]}"#)
        guard case .array(let issues) = fetch.json["issues"] else { return }
        #expect(issues.map { $0["key"] } == ["WEB-1", "WEB-2"])
        guard case .array(let found) = try ask("POST", "/rest/api/3/search/jql", search).json["issues"] else {
            return
        }
        #expect(found.map { $0["key"] } == ["WEB-2", "WEB-1"] && found[0]["fields"]?["labels"] == ["x"])
        #expect(try ask("POST", "/rest/api/3/search/jql", #"{"jql":"labels in (y)"}"#).json["issues"] == [])
    }

    @Test(arguments: [
        #"{"jql":"ORDER BY key"}"#, #"{"jql":"project = \"NONE\""}"#, #"{"jql":"project = "}"#,
        #"{"jql":"labels in ("}"#,
        #"{"jql":"project = WEB OR labels in (x)"}"#, #"{"jql":"project = WEB","startAt":0}"#, #"{}"#,
        #"{"jql":"project = WEB","maxResults":0}"#, #"{"jql":"project = \"WEB"}"#,
    ]) mutating func aSearchThatIsNoneIsRefused(body: String) throws {
        let answer = try ask("POST", "/rest/api/3/search/jql", body)
        #expect(answer.status == 400)
    }

    @Test mutating func itMisbehavesAsTold() throws {
        let request = FakeJira.Request("POST", "/rest/api/3/issue", body: Data(fields().utf8))
        jira.troubles = [
            .init(.status(429, retryAfter: 7)), .init(.dropRequest), .init(.loseAnswer, on: .create),
            .init(.postpone),
            .init(.garble), .init(.slow(.seconds(9))),
        ]
        var asked = request
        asked.headers = [
            "authorization": "Basic " + Data("a@example.com:t".utf8).base64EncodedString(),
            "content-type": "application/json",
        ]
        let busy = jira.handle(asked)
        #expect(busy?.status == 429 && busy?.headers["retry-after"] == "7" && jira.issues.isEmpty)
        // The first trouble for this endpoint or for any comes first.
        #expect(jira.handle(asked) == nil && jira.issues.isEmpty)
        #expect(jira.handle(asked) == nil && jira.issues.count == 1)
        #expect(jira.handle(asked) == nil && jira.issues.count == 1)
        jira.settle()
        jira.settle()
        #expect(jira.issues.count == 2)
        #expect(jira.handle(asked)?.body == Data("<html>".utf8) && jira.issues.count == 3)
        #expect(jira.handle(asked)?.delay == .seconds(9) && jira.issues.count == 4)
        #expect(jira.troubles.isEmpty && jira.requests == 6)
        jira.mostBytes = 10
        #expect(jira.handle(asked)?.status == 413)
        #expect(jira.handle(request)?.status == 401)
    }
}
