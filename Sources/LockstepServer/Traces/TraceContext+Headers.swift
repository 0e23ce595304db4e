import HTTPTypes
import Lockstep

extension TraceContext {
    /// Reads the context of a request from its headers `traceparent` and `tracestate`
    /// (https://www.w3.org/TR/trace-context/).
    /// - Returns: `nil` when none was sent, or a malformed one, which counts as none.
    public init?(_ headers: HTTPFields) {
        guard let parent = HTTPField.Name("traceparent"), let state = HTTPField.Name("tracestate") else {
            return nil
        }
        self.init(traceparent: headers[values: parent], tracestate: headers[values: state])
    }
}
