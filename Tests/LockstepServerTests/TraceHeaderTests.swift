import HTTPTypes
import Lockstep
import LockstepServer
import Testing

@Suite struct TraceHeaderTests {
    private func headers(_ pairs: [(String, String)]) throws -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in pairs {
            fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        return fields
    }

    private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func aRequestsTraceIsReadInAnyCase() throws {
        let trace = TraceContext(
            try headers([("TraceParent", Self.parent), ("tracestate", "a=1"), ("TraceState", "b=2")]))
        #expect(trace?.traceparent == Self.parent && trace?.state == "a=1,b=2")
    }

    @Test func withoutOneWellFormedParentThereIsNone() throws {
        #expect(TraceContext(try headers([])) == nil)
        #expect(TraceContext(try headers([("tracestate", "a=1")])) == nil)
        #expect(TraceContext(try headers([("traceparent", "nonsense")])) == nil)
        #expect(
            TraceContext(try headers([("traceparent", Self.parent), ("traceparent", Self.parent)])) == nil)
    }
}

/// A trace from the request that starts a job to whoever works on it.
@Suite struct TraceOverHTTPTests {
    private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func aJobKeepsTheTraceOfTheRequestThatStartedIt() async throws {
        try await TestServer.withJobs { server, store in
            let one = try await server.post(
                "/v1/jobs", as: "anna", ["lifecycle": "parcel", "status": "queued", "metadata": ["a": 1]],
                headers: ["traceparent": Self.parent, "tracestate": "a=1"])
            #expect(
                try one["metadata"] == [
                    "a": 1, "lockstep_trace": ["traceparent": .string(Self.parent), "tracestate": "a=1"],
                ])
            let many = try await server.post(
                "/v1/jobs/batch", as: "anna", ["jobs": [["lifecycle": "parcel", "status": "queued"]]],
                headers: ["traceparent": Self.parent])
            #expect(many.text.contains(Self.parent))
            let none = try await server.post(
                "/v1/jobs", as: "anna", ["lifecycle": "parcel", "status": "queued"],
                headers: ["traceparent": "nonsense"])
            #expect(none.status == 201 && !none.text.contains("lockstep_trace"))
        }
    }
}
