import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// `/metrics`, in Prometheus' text format (version 0.0.4).
struct MetricsCalls: Sendable {
    private let metrics: ServerMetrics
    private let gauges: StoreGauges

    init(core: APICore, metrics: ServerMetrics) {
        self.metrics = metrics
        gauges = StoreGauges(store: core.store, catalog: core.catalog)
    }

    @Sendable func read(_ call: APICall) async throws -> Response {
        let logger = call.context.logger
        let standing = await gauges.families { error in
            logger.warning("the store gave no figures", metadata: ["error": "\(error)"])
        }
        var text = ""
        for family in metrics.families + standing { family.write(to: &text) }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store",
                .xContentTypeOptions: "nosniff",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
