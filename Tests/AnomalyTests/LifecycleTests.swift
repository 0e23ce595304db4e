import Anomaly
import Lockstep
import Testing

@Suite("Lifecycle")
struct LifecycleTests {
    @Test("exactly the six statuses, two of them initial")
    func statuses() throws {
        let definition = try Definition(AnomalySession.self).audited()
        #expect(definition.name == "anomaly")
        #expect(
            definition.names == ["initializing", "parsing", "detecting", "triaging", "completed", "error"])
        #expect(definition.initial == ["initializing", "triaging"])
    }

    @Test("only the declared moves", arguments: AnomalySession.allCases)
    func moves(from status: AnomalySession) throws {
        let definition = try Definition(AnomalySession.self).audited()
        let expected: [AnomalySession: [String]] = [
            .initializing: ["parsing", "error"], .parsing: ["detecting", "error"],
            .detecting: ["completed", "error"], .triaging: ["completed", "error"], .completed: [], .error: [],
        ]
        #expect(definition.allowed(from: status.rawValue) == expected[status])
    }
}
