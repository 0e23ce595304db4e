import CPango
import Lockstep

/// Pages of A4 that are drawn on from top to bottom; sizes are points. It blocks, and belongs to one thread.
final class PDFCanvas {
    /// Where a text stands in its width.
    enum Alignment { case left, right }

    /// The width and height of a page, and what stays empty around.
    static let size = (width: 595.276, height: 841.89)
    static let margin = 42.0
    /// The width that is drawn on.
    static var width: Double { size.width - 2 * margin }

    /// How far down the page the next thing is.
    private(set) var y = PDFCanvas.margin
    private(set) var page = 1
    private let output = Output()
    private let surface: OpaquePointer
    private let drawing: OpaquePointer
    private let layout: OpaquePointer

    private final class Output {
        var bytes: [UInt8] = []
    }

    /// Begins the first page.
    /// - Parameter created: stands in the file as the time of its making.
    init(title: String, created: Timestamp) throws {
        let write: cairo_write_func_t = { closure, data, count in
            guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
            Unmanaged<Output>.fromOpaque(closure).takeUnretainedValue().bytes
                .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
            return CAIRO_STATUS_SUCCESS
        }
        guard
            let surface = cairo_pdf_surface_create_for_stream(
                write, Unmanaged.passUnretained(output).toOpaque(), Self.size.width, Self.size.height)
        else { throw Self.failure("no surface") }
        guard let drawing = cairo_create(surface), let layout = pango_cairo_create_layout(drawing) else {
            cairo_surface_destroy(surface)
            throw Self.failure("no layout")
        }
        (self.surface, self.drawing, self.layout) = (surface, drawing, layout)
        let moment = String(created.description.prefix(19)) + "Z"
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, moment)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, moment)
    }

    deinit {
        g_object_unref(UnsafeMutableRawPointer(layout))
        cairo_destroy(drawing)
        cairo_surface_destroy(surface)
    }

    /// The whole file; nothing can be drawn afterwards.
    func finish() throws -> [UInt8] {
        cairo_show_page(drawing)
        cairo_surface_finish(surface)
        let status = cairo_surface_status(surface)
        guard status == CAIRO_STATUS_SUCCESS, cairo_status(drawing) == CAIRO_STATUS_SUCCESS else {
            throw Self.failure(String(cString: cairo_status_to_string(status)))
        }
        return output.bytes
    }

    // MARK: Drawing

    /// Whether so much fits below.
    func fits(_ height: Double) -> Bool { y + height <= Self.size.height - Self.margin }

    /// Goes on at the top of a new page.
    func newPage() {
        cairo_show_page(drawing)
        page += 1
        y = Self.margin
    }

    /// Leaves so much empty.
    func skip(_ height: Double) { y += height }

    /// Draws a line of text without moving on; what is longer than its width is cut off with an ellipsis.
    /// - Parameter x: from the left margin.
    func draw(
        _ text: String, at x: Double, width: Double, size: Double = 9, isBold: Bool = false, grey: Double = 0,
        _ alignment: Alignment = .left
    ) {
        let font = pango_font_description_new()
        defer { pango_font_description_free(font) }
        pango_font_description_set_family(font, "DejaVu Sans, Noto Sans, sans-serif")
        pango_font_description_set_absolute_size(font, size * Double(PANGO_SCALE))
        pango_font_description_set_weight(font, isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
        pango_layout_set_font_description(layout, font)
        pango_layout_set_single_paragraph_mode(layout, 1)
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
        pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
        pango_layout_set_alignment(layout, alignment == .right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT)
        pango_layout_set_text(layout, ReportCell.plain(text), -1)
        cairo_set_source_rgb(drawing, grey, grey, grey)
        cairo_move_to(drawing, Self.margin + x, y)
        pango_cairo_show_layout(drawing, layout)
    }

    /// Draws a line of text and moves on below it.
    func line(_ text: String, size: Double = 9, isBold: Bool = false, grey: Double = 0) {
        draw(text, at: 0, width: Self.width, size: size, isBold: isBold, grey: grey)
        y += size * 1.45
    }

    /// Draws a thin rule over the page's width.
    func rule() {
        cairo_set_source_rgb(drawing, 0.75, 0.75, 0.75)
        cairo_set_line_width(drawing, 0.5)
        cairo_move_to(drawing, Self.margin, y)
        cairo_line_to(drawing, Self.margin + Self.width, y)
        cairo_stroke(drawing)
        y += 3
    }

    private static func failure(_ words: String) -> Failure {
        .temporary("the PDF of a report could not be made: \(words)", code: "no_pdf")
    }
}
