import AppSupport
import Foundation
import Lockstep
import LockstepTesting
import NIOHTTP1
import Testing

@testable import Expenses

/// Ninety days after they ended sessions are `expired`: the files and the report are gone, the row and its history stay.
@Suite struct RetentionTests {
    @Test(arguments: StoreKind.allCases) func sessionsExpire(_ kind: StoreKind) async throws {
        let time = TestTime()
        try await Office.run(on: kind, time: time) { office in
            let done = try await office.run("1-one")
            let failed = try await office.run("7-encrypted")
            let held = { @Sendable in
                try FileManager.default.contentsOfDirectory(atPath: "\(office.folder)/objects").count
            }
            #expect(try held() == 2)

            time.advance(by: .days(89))
            let early = try await office.store.sweep(SweepRequest(report: [ExpenseSession.name]))
            #expect(early.toCleanUp.isEmpty)
            #expect(try await office.session(done)["status"] == "completed")
            #expect(try await office.report(done, "csv").status == 200)
            #expect(try held() == 2)

            time.advance(by: .days(2))
            // Its time is over, but nobody has cleaned up: it cannot come back any more.
            #expect(
                try await office.client.send(.POST, "/api/expenses/sessions/\(failed)/retry").status == 409)
            try await office.retire([done, failed], time)
            for id in [done, failed] {
                let answer = try await office.session(id)
                #expect(answer["status"] == "expired" && answer["flags"]?["report"] == false, "\(answer)")
                for format in ["xlsx", "csv", "pdf"] {
                    #expect(try await office.report(id, format).status == 410)
                }
                let page = try await office.client.send(.GET, "/api/expenses/sessions/\(id)/page")
                #expect(page.status == 200 && page.text.contains("expired"))
                let retry = try await office.client.send(.POST, "/api/expenses/sessions/\(id)/retry")
                #expect(retry.status == 409)
                #expect(try await office.jobs.history(of: id).last?.to == "expired")
                #expect(try await office.app.service.sessions.documents(of: id).isEmpty)
                #expect(try await office.app.service.reports.find(id) == nil)
            }
            #expect(try held() == 0)
            // What happened stays told.
            #expect(try await office.session(done)["counts"]?["transactions"]?.whole ?? 0 > 0)
            let list = try await office.client.send(.GET, "/api/expenses/sessions?status=expired")
            #expect(try list["sessions"]?[1] != nil && list["sessions"]?[2] == nil)
        }
    }
}

/// What an administrator has erased takes its files along.
@Suite struct CleaningTests {
    @Test(arguments: StoreKind.allCases) func whatLostItsJobIsErased(_ kind: StoreKind) async throws {
        try await Office.run(on: kind) { office in
            let (gone, _) = try await office.work(on: Sample("7-encrypted"))
            let (kept, _) = try await office.work(on: Sample("1-one"))
            #expect(try await office.app.service.cleanUp() == 0)
            let reply = try await office.client.send(.DELETE, "/v1/jobs/\(gone)", as: "ada")
            #expect((200..<300).contains(reply.status), "\(reply.text)")
            #expect(try await office.app.service.cleanUp() == 1)
            let folders = try FileManager.default.contentsOfDirectory(atPath: "\(office.folder)/objects")
            #expect(folders.count == 1)
            #expect(try await office.app.service.sessions.find([gone, kept]).keys.map(\.self) == [kept])
            #expect(try await office.report(kept, "csv").status == 200)
        }
    }
}

extension CleaningTests {
    @Test func filesThatCameIntoNoSessionAreErasedADayLater() async throws {
        try await Office.run(on: .sqlite) { office in
            let (kept, _) = try await office.work(on: Sample("1-one"))
            let objects = "\(office.folder)/objects"
            for (name, age) in [("lost", 90_000.0), ("coming", 60)] {
                try FileManager.default.createDirectory(
                    atPath: "\(objects)/\(name)", withIntermediateDirectories: false)
                try Self.age("\(objects)/\(name)", age)
            }
            let row = try #require(try await office.app.service.sessions.find([kept])[kept])
            try Self.age("\(objects)/\(row.storageKey)", 90_000)
            #expect(try await office.app.service.cleanUp() == 1)
            let left = try FileManager.default.contentsOfDirectory(atPath: objects)
            #expect(Set(left) == ["coming", row.storageKey])
        }
    }

    private static func age(_ path: String, _ seconds: Double) throws {
        let date = Date(timeIntervalSinceNow: -seconds)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }
}

extension Office {
    /// Uploads a sample and takes its session as far as it goes, on a clock that stands still.
    fileprivate func run(_ sample: String) async throws -> JobID {
        let id = try await upload(Sample(sample))
        try await runToItsEnd(id)
        return id
    }

    /// Lets a worker clean up until these sessions are expired.
    fileprivate func retire(_ sessions: [JobID], _ time: TestTime) async throws {
        try await worker().working {
            for id in sessions {
                while try await jobs.find(id)?.status != .declared(.expired) {
                    // Its next sweep comes.
                    time.advance(by: .seconds(1))
                    await Task.yield()
                }
            }
        }
    }
}
