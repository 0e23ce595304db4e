import Foundation
import LockstepChecking
import LockstepSources
import Testing

/// What a report shows, what fails, and the forms it is written in.
struct CheckReportTests {
    static let error = SourceFinding(
        type: .d1, severity: .error, confidence: .high, value: "50%,\nx", table: "orders", column: "status",
        places: [SourcePlace(file: "a b/c,d.py", line: 3), SourcePlace(file: "e.py", line: 9)],
        message: "100% wrong\nhere:", fix: "Mend it.")
    static let doubt = SourceFinding(
        type: .d4, severity: .error, confidence: .medium, value: "late", table: "orders", column: "status",
        places: [SourcePlace(file: "f.py", line: 1)], message: "Perhaps.", fix: "Look.")
    static let guess = SourceFinding(
        type: .d4, severity: .error, confidence: .low, value: "odd", table: "orders", column: "status",
        places: [SourcePlace(file: "f.py", line: 2)], message: "Hardly.", fix: "Look.")
    static let warning = SourceFinding(
        type: .d3, severity: .warning, confidence: .high, value: "old", table: "orders", column: "status",
        object: "table public.orders", message: "3 rows hold it.", fix: "Repair them.")

    private func report(_ change: (inout CheckReport.Bounds) -> Void = { _ in }, baseline: Baseline? = nil)
        -> CheckReport
    {
        var bounds = CheckReport.Bounds()
        change(&bounds)
        return CheckReport(
            [Self.error, Self.doubt, Self.guess, Self.warning], files: 2, columns: 1, baseline: baseline,
            bounds: bounds)
    }

    @Test func onlySureErrorsFailUnlessMoreIsAskedFor() {
        #expect(report().failing == [Self.error])
        #expect(report().findings == [Self.error, Self.doubt, Self.warning])
        #expect(report().unsure == 1)
        #expect(report { $0.confidence = .medium }.failing == [Self.error, Self.doubt])
        #expect(report { $0.severity = .warning }.failing == [Self.error, Self.warning])
        // What fails is shown, whatever is asked for.
        #expect(
            report {
                $0.shown = .high
                $0.confidence = .low
            }.findings == [Self.error, Self.doubt, Self.guess, Self.warning])
    }

    @Test func aBaselineSilencesWhatItKnowsAndNothingElse() throws {
        let baseline = try Baseline(
            reading: try Baseline(of: [Self.error, Self.warning]).text(), named: "known.json")
        let report = report(baseline: baseline)
        #expect(report.findings == [Self.doubt])
        #expect(report.failing.isEmpty && report.known == 2)
        let moved = SourceFinding(
            type: .d1, severity: .error, confidence: .high, value: "50%,\nx", table: "Orders",
            column: "status",
            places: [SourcePlace(file: "new.py", line: 70)], message: "", fix: "")
        #expect(baseline.knows(moved))
        #expect(baseline.gone(from: [moved]) == 1)
        #expect(throws: Baseline.Unreadable.self) { try Baseline(reading: "{}", named: "x") }
        #expect(throws: Baseline.Unreadable.self) {
            try Baseline(reading: #"{"version": 2, "findings": []}"#, named: "x")
        }
    }

    @Test func jsonHasTheFieldsThatProgramsCountOn() throws {
        let text = try CheckDocument(report()).text()
        let document = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let findings = try #require(document["findings"] as? [[String: Any]])
        #expect(findings.map { $0["class"] as? String } == ["D1", "D4", "D3"])
        #expect(
            Set(findings[0].keys).isSuperset(of: [
                "class", "severity", "value", "table", "column", "where", "message", "fix", "confidence",
            ]))
        #expect(findings[0]["where"] as? String == "a b/c,d.py:3")
        #expect(findings[2]["where"] as? String == "table public.orders")
        #expect(findings.map { $0["confidence"] as? String } == ["high", "medium", "high"])
        #expect(findings.map { $0["fails"] as? Bool } == [true, false, false])
    }

    @Test func annotationsHoldToOneLineEach() {
        let lines = GitHubAnnotations.text(report()).split(separator: "\n")
        #expect(
            lines.dropLast() == [
                "::error file=a b/c%2Cd.py,line=3,title=D1 orders.status%3A 50%25%2C%0Ax::100%25 wrong%0Ahere: Mend it.",
                "::warning file=f.py,line=1,title=D4 orders.status%3A late::Perhaps. Look.",
                "::warning title=D3 orders.status%3A old::3 rows hold it. Repair them.",
            ])
        // A check that finds nothing says that it has run.
        #expect(lines.last?.hasPrefix("1 finding to mend, 2 findings to look at") == true)
    }

    @Test func sarifHasARuleForEveryResult() throws {
        let text = try SARIF(report()).text()
        let document = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(document["version"] as? String == "2.1.0")
        let run = try #require((document["runs"] as? [[String: Any]])?.first)
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        let rules = try #require(driver["rules"] as? [[String: Any]])
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.count == 3)
        for result in results {
            let index = try #require(result["ruleIndex"] as? Int)
            #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
        }
        #expect(results.map { $0["level"] as? String } == ["error", "warning", "warning"])
        #expect(text.contains("a%20b/c,d.py"))
    }

    @Test func peopleReadWhatHappensWhereAndTheCure() {
        let lines = CheckText(report()) { text, style in style == .failing ? "[\(text)]" : text }.lines()
        #expect(
            lines.prefix(5) == [
                "[✗] orders.status ‘50%, x’  D1 error", "    a b/c,d.py:3", "    100% wrong here:",
                "    → Mend it.",
                "    also e.py:9",
            ])
        #expect(lines.contains("! orders.status ‘late’  D4 error, not sure (medium)"))
        #expect(
            lines.last
                == "[1 finding to mend], 2 findings to look at, 1 of low confidence not shown  (2 files, 1 column with statuses)"
        )
        #expect(
            CheckText(CheckReport([], files: 1, columns: 2)).lines()
                == ["✓ nothing disagrees  (1 file, 2 columns with statuses)"])
    }
}
