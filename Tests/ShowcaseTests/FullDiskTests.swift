#if os(Linux)
    import Anomaly
    import Foundation
    import Lockstep
    import LockstepSQLite
    import LockstepTesting
    import NIOHTTP1
    import Testing

    /// The disk of a server fills up: its clients are told so in a problem document, lose nothing, and go on when
    /// there is room again.
    @Suite(.serialized) struct FullDiskTests {
        @Test(.timeLimit(.minutes(3))) func clientsAreToldAndLoseNothing() async throws {
            guard let disk = SmallDisk(mebibytes: 32) else {
                print(
                    "full disk of a server: not tried, for no small tmpfs can be mounted here; run it as root"
                )
                return
            }
            let data = disk.path + "/data"
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            let server = try await Program.server(data: data, withWorker: true)
            let token = try String(contentsOfFile: data + "/client.token", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let caller = Caller(port: server.port, token: token)
            var sessions: [String] = []
            for round in 0..<3 {
                let before = try await analysis(of: Caller.table(rows: 400, seed: round), caller)
                sessions.append(before.session)
                try disk.fill()
                // A new file, and a new row alone.
                let upload = try await caller.upload(Caller.table(rows: 4000, seed: 100 + round))
                #expect(upload.status == 503 || upload.status == 507, "\(upload.text)")
                #expect(upload.body["detail"]?.contains("disk is full") == true, "\(upload.text)")
                let path = "/api/anomaly/datasets/\(before.dataset)/analyze"
                let start = try await caller.call(.POST, path)
                if start.status < 300 {
                    // The session before still lives, and a start under its key writes nothing.
                    #expect(start.body["session_id"] == before.session)
                } else {
                    #expect(start.status == 503 && start.body["code"] == "database_full", "\(start.text)")
                }
                let status = try await caller.call(
                    .GET, "/api/anomaly/datasets/\(before.dataset)/status")
                #expect(status.status == 200)
                disk.free()
            }
            sessions.append(try await analysis(of: Caller.table(rows: 400, seed: 99), caller).session)
            let store = try await SQLiteStore(path: data + "/lockstep.sqlite")
            let jobs = try await Jobs<AnomalySession>(on: store)
            for session in sessions {
                let id = try #require(JobID(session))
                #expect(try await jobs.find(id) != nil, "the acknowledged session \(session) is lost")
                for try await _ in jobs.watch(id) {}
                #expect(try await jobs.find(id)?.record.status == AnomalySession.completed.rawValue)
            }
            await server.stop()
        }

        private func analysis(of table: String, _ caller: Caller) async throws
            -> (dataset: String, session: String)
        {
            let uploaded = try await caller.upload(table)
            let dataset = try #require(uploaded.body["id"], "\(uploaded.text)")
            let started = try await caller.call(.POST, "/api/anomaly/datasets/\(dataset)/analyze")
            return (dataset, try #require(started.body["session_id"], "\(started.text)"))
        }
    }
#endif
