import Instrumentation
import Logging

/// How a trace gets from a Swift caller into its jobs, and from a job to its handler: through whatever instrument the
/// process has bootstrapped (swift-distributed-tracing). Without one nothing is carried.
extension TraceContext {
    /// The context of the caller's span; `nil` outside of any.
    public static var current: TraceContext? {
        guard let context = ServiceContext.current else { return nil }
        var headers: [String: String] = [:]
        InstrumentationSystem.instrument.inject(context, into: &headers, using: HeaderCarrier())
        return headers["traceparent"].flatMap {
            TraceContext(traceparent: $0, tracestate: headers["tracestate"])
        }
    }

    /// Runs `body` so that its spans continue the trace.
    static func continuing<Result: Sendable>(
        _ trace: TraceContext?, _ body: @Sendable () async -> Result
    ) async -> Result {
        guard let trace else { return await body() }
        var context = ServiceContext.topLevel
        let headers = Dictionary(uniqueKeysWithValues: trace.headers.map { ($0.name, $0.value) })
        InstrumentationSystem.instrument.extract(headers, into: &context, using: HeaderCarrier())
        return await ServiceContext.withValue(context) { await body() }
    }

    private struct HeaderCarrier: Injector, Extractor {
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
            carrier[key.lowercased()] = value
        }

        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key.lowercased()] }
    }
}

extension Logger {
    /// The logger with what its lines need so that they are found by the job or by the trace.
    func about(_ record: JobRecord, _ trace: TraceContext?) -> Logger {
        var logger = self
        logger[metadataKey: "lifecycle"] = "\(record.lifecycle)"
        logger[metadataKey: "job"] = "\(record.id)"
        logger[metadataKey: "status"] = "\(record.status)"
        logger[metadataKey: "attempt"] = "\(record.attempt)"
        if let trace { logger[metadataKey: "trace_id"] = "\(trace.traceID)" }
        return logger
    }
}
