import HTTPTypes
import Hummingbird
import Lockstep
import LockstepServer
import NIOCore

/// The report of a session, as a file and as a page.
struct ReportRoutes: Sendable {
    let service: ExpenseService

    /// The forms of a report.
    enum Format: String, CaseIterable {
        case xlsx, csv, pdf

        var contentType: String {
            switch self {
            case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            case .csv: "text/csv; charset=utf-8"
            case .pdf: "application/pdf"
            }
        }
    }

    func add(to group: RouterGroup<AppContext>) {
        group.get("/sessions/:id/page") { _, context in
            let (id, identity) = try Asked.session(context)
            let view = try await service.view(id, identity: identity)
            let report = view.job.status == .completed ? try await service.reports.find(id) : nil
            return try SessionPage(
                view: view, history: try await service.jobs.history(of: id, limit: 1000),
                now: service.store.time.now(), report: report
            ).response()
        }
        group.get("/sessions/:id/report") { request, context in
            let (id, identity) = try Asked.session(context)
            let text = request.uri.queryParameters["format"].map(String.init) ?? Format.xlsx.rawValue
            guard let format = Format(rawValue: text) else {
                throw Problem.unprocessable(
                    "'format' must be xlsx, csv or pdf", accepted: Format.allCases.map(\.rawValue))
            }
            let view = try await service.view(id, identity: identity)
            let report = try await service.report(of: view)
            let bytes = try await self.bytes(of: report, as: format, of: view.row)
            return Response(
                status: .ok,
                headers: [
                    .contentType: format.contentType, .cacheControl: "private, no-cache",
                    .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "default-src 'none'; sandbox",
                    .contentDisposition: "attachment; filename=\"expenses-\(id.text).\(format.rawValue)\"",
                ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
    }

    /// Makes the file, on a thread of its own. It is the same for the same session, whenever it is asked for.
    private func bytes(
        of report: SessionReport, as format: Format, of row: SessionTable.Row
    ) async throws -> [UInt8] {
        let scratch = service.folder.scratch
        return try await Offload.run { _ in
            switch format {
            case .csv: Array(CSVReport(report: report).text().utf8)
            case .xlsx: try XLSXReport(report: report, created: row.createdAt, scratch: scratch).bytes()
            case .pdf: try PDFReport(report: report, session: row.id, created: row.createdAt).bytes()
            }
        }
    }
}
