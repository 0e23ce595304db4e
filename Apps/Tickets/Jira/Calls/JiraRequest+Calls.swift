import Lockstep

extension JiraRequest {
    /// The most issues that one request creates.
    public static let mostCreated = 50
    /// The most issues that one request fetches by their keys.
    public static let mostFetched = 100

    /// Who the credentials belong to. `GET /rest/api/3/myself`
    public static let myself = JiraRequest("GET", "/rest/api/3/myself")

    /// Creates issues: one by `POST /rest/api/3/issue`, several by `POST /rest/api/3/issue/bulk`.
    public static func create(_ issues: [JiraIssue]) -> JiraRequest {
        if issues.count == 1 { return JiraRequest("POST", "/rest/api/3/issue", body: issues[0].details) }
        return JiraRequest(
            "POST", "/rest/api/3/issue/bulk", body: ["issueUpdates": .array(issues.map(\.details))])
    }

    /// Looks for issues with any of the labels, oldest first. `POST /rest/api/3/search/jql`
    ///
    /// What was created in the last seconds to minutes may be missing:
    /// <https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile>
    public static func search(labels: [String], project: String) -> JiraRequest {
        let list = labels.map { "\"\($0)\"" }.joined(separator: ", ")
        return search("project = \"\(project)\" AND labels in (\(list)) ORDER BY key ASC", most: 100)
    }

    /// Looks for the newest issue of a project that the search knows. `POST /rest/api/3/search/jql`
    public static func newest(in project: String) -> JiraRequest {
        search("project = \"\(project)\" ORDER BY key DESC", most: 1)
    }

    /// Fetches the labels of issues by their keys, those that exist. `POST /rest/api/3/issue/bulkfetch`
    ///
    /// Unlike the search this reads the issues themselves, so that what was created is there at once.
    public static func fetch(keys: [String]) -> JiraRequest {
        JiraRequest(
            "POST", "/rest/api/3/issue/bulkfetch",
            body: ["fields": ["labels"], "issueIdsOrKeys": .array(keys.map(JSONValue.string))])
    }

    private static func search(_ query: String, most: Int) -> JiraRequest {
        JiraRequest(
            "POST", "/rest/api/3/search/jql",
            body: ["fields": ["labels"], "jql": .string(query), "maxResults": .integer(Int64(most))])
    }
}
