import AppSupport
import ExpenseStatements
import Foundation
import Lockstep
import NIOHTTP1
import Testing

@testable import Expenses

/// The seven cases of the specification, through HTTP, on both stores.
@Suite struct SevenCasesTests {
    @Test(arguments: StoreKind.allCases) func onePDF(_ kind: StoreKind) async throws {
        try await Office.run(on: kind) { office in
            try await office.putDirectory()
            let one = Sample("1-one")
            let (id, answer) = try await office.work(on: one)
            let truth = try one.truth()
            #expect(answer["status"] == "completed" && answer["progress"] == 100, "\(answer)")
            #expect(answer["files"]?[0]?["phase"] == "read")
            #expect(answer["files"]?[0]?["pages"]?.whole == truth.pages)
            #expect(answer["counts"]?["transactions"]?.whole == truth.transactions.count)
            for flag in ["incomplete", "unreconciled", "duplicates", "stuck"] {
                #expect(answer["flags"]?[flag] == false, "\(flag)")
            }
            let rows = try await office.rows(id)
            #expect(rows.map(\.transaction).sorted() == truth.lines.sorted())
            let expected = Dictionary(truth.holders.map { ($0.name, $0.employee ?? "") }) { first, _ in first
            }
            for row in rows { #expect(row["employee_id"] == expected[row["card_holder"]]) }
        }
    }

    @Test(arguments: StoreKind.allCases) func threePDFs(_ kind: StoreKind) async throws {
        try await Office.run(on: kind) { office in
            try await office.putDirectory()
            let samples = [Sample("2-three-a"), Sample("2-three-b"), Sample("2-three-c")]
            let (id, answer) = try await office.work(on: samples[0], samples[1], samples[2])
            #expect(answer["status"] == "completed", "\(answer)")
            let truths = try samples.map { try $0.truth() }
            #expect(answer["counts"]?["statements"] == 3)
            let rows = try await office.rows(id)
            #expect(rows.map(\.transaction).sorted() == truths.flatMap(\.lines).sorted())
            // In the last one a printed sum is wrong, and it is said by how much.
            #expect(answer["flags"]?["unreconciled"] == true)
            let report = try #require(try await office.app.service.reports.find(id))
            for (index, truth) in truths.enumerated() {
                for total in truth.totals {
                    let check = report.checks.first { check in
                        check.file == index + 1 && check.line.printed.amount.decimal == total.printed
                            && check.holder == total.holder && check.line.printed.kind != .balance
                    }
                    let found = try #require(check, "no check of \(total)")
                    #expect(found.line.computed.decimal == total.true)
                    #expect(found.line.isReconciled == (total.printed == total.true))
                }
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func fiftyPages(_ kind: StoreKind) async throws {
        try await Office.run(on: kind) { office in
            try await office.putDirectory()
            let long = Sample("3-long")
            let truth = try long.truth()
            #expect(truth.pages >= 50 && truth.transactions.count >= 500)
            let (id, answer) = try await office.work(on: long)
            #expect(answer["status"] == "completed", "\(answer)")
            #expect(answer["files"]?[0]?["pages"]?.whole == truth.pages)
            let rows = try await office.rows(id)
            #expect(rows.map(\.transaction).sorted() == truth.lines.sorted())
            for format in ["xlsx", "pdf"] {
                let reply = try await office.report(id, format)
                #expect(reply.status == 200 && reply.body.count > 10_000, "\(format)")
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func incompleteEmployees(_ kind: StoreKind) async throws {
        try await Office.run(on: kind) { office in
            try await office.putDirectory()
            let sample = Sample("4-incomplete")
            let truth = try sample.truth()
            let (id, answer) = try await office.work(on: sample)
            // Nobody is guessed, and nothing fails for it.
            #expect(answer["status"] == "completed" && answer["flags"]?["incomplete"] == true, "\(answer)")
            let rows = try await office.rows(id)
            for holder in truth.holders {
                let ids = Set(rows.filter { $0["card_holder"] == holder.name }.map { $0["employee_id"] })
                #expect(ids == [holder.employee ?? ""], "\(holder.name)")
            }
            #expect(Set(rows.map { $0["match"] }) == ["exact", "unresolved"])

            // With an alias for each the next session is complete.
            for (employee, alias) in [("E001", "ULRIKE VANDERMOLEN"), ("E002", "C MARTIN")] {
                let reply = try await office.client.send(
                    .PUT, "/api/expenses/employees/\(employee)/aliases", body: "{\"aliases\": [\"\(alias)\"]}"
                )
                #expect(reply.status == 200, "\(reply.text)")
            }
            let (_, again) = try await office.work(on: sample)
            #expect(again["flags"]?["incomplete"] == false)
        }
    }

    @Test(arguments: StoreKind.allCases) func credits(_ kind: StoreKind) async throws {
        try await Office.run(on: kind) { office in
            let sample = Sample("5-credits")
            let truth = try sample.truth()
            let (id, answer) = try await office.work(on: sample)
            #expect(answer["status"] == "completed" && answer["flags"]?["unreconciled"] == false, "\(answer)")
            let amounts = try await office.rows(id).map { $0["amount"] }
            #expect(amounts.sorted() == truth.transactions.map(\.amount).sorted())
            #expect(amounts.contains { $0.hasPrefix("-") } && amounts.contains { !$0.hasPrefix("-") })
            let report = try #require(try await office.app.service.reports.find(id))
            let net = try #require(report.totals.first?.net)
            #expect(report.totals.count == 1 && net.decimal == truth.totals.first?.true)
        }
    }

    @Test(arguments: StoreKind.allCases) func twoSessionsAtOnce(_ kind: StoreKind) async throws {
        try await Office.run(on: kind) { office in
            try await office.putDirectory()
            let (one, other) = (Sample("6-first"), Sample("6-second"))
            let first = try await office.upload(one, as: "anna")
            let second = try await office.upload(other, as: "ben")
            try await office.worker().working {
                async let oneEnd = office.jobs.end(of: first)
                async let otherEnd = office.jobs.end(of: second)
                let ends = try await [oneEnd, otherEnd]
                #expect(ends.allSatisfy { $0.status == .completed })
            }
            let rows = try await office.rows(first)
            #expect(try rows.map(\.transaction).sorted() == one.truth().lines.sorted())
            let others = try await office.rows(second, as: "ben")
            #expect(try others.map(\.transaction).sorted() == other.truth().lines.sorted())
            // The directory is anna's; ben knows nobody.
            #expect(rows.contains { !$0["employee_id"].isEmpty })
            #expect(others.allSatisfy { $0["employee_id"].isEmpty })
            for path in ["", "/report?format=csv", "/page"] {
                let reply = try await office.client.send(
                    .GET, "/api/expenses/sessions/\(first)\(path)", as: "ben")
                #expect(reply.status == 404, "\(path)")
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func filesThatCannotBeRead(_ kind: StoreKind) async throws {
        let cases = [
            ("7-not-a-pdf", "not_a_pdf"), ("7-truncated", "truncated_file"),
            ("7-encrypted", "encrypted_file"),
            ("7-empty", "empty_file"), ("7-image-only", "no_text"),
        ]
        try await Office.run(on: kind) { office in
            for (name, code) in cases {
                let (id, answer) = try await office.work(on: Sample(name))
                #expect(answer["status"] == "failed", "\(name): \(answer)")
                #expect(answer["failure"]?["code"]?.text == code, "\(name): \(answer)")
                #expect(answer["failure"]?["audience"] == "user_fixable")
                #expect(answer["files"]?[0]?["phase"] == "refused")
                let words = answer["failure"]?["message"]?.text ?? ""
                #expect(words.count > 20 && words.hasSuffix("."), "\(words)")
                let report = try await office.report(id, "csv")
                #expect(try report.status == 409 && report["job_status"] == "failed")
            }
            // Among good ones it is said which; what was read stays read.
            let (id, answer) = try await office.work(on: Sample("1-one"), Sample("7-encrypted"))
            #expect(answer["failure"]?["message"]?.text?.hasPrefix("File 2 of 2: ") == true, "\(answer)")
            #expect(answer["files"]?[0]?["phase"] == "read" && answer["files"]?[1]?["phase"] == "refused")
            // A retry runs, and comes to the same end; the file is what it was.
            let retried = try await office.client.send(.POST, "/api/expenses/sessions/\(id)/retry")
            #expect(try retried.status == 200 && retried["status"] == "processing", "\(retried.text)")
            try await office.worker().working { _ = try await office.jobs.end(of: id) }
            #expect(try await office.session(id)["status"] == "failed")
        }
    }
}
