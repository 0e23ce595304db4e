import CPango
import ContentWriting
import Lockstep

/// Draws slides of 1280 by 720 points into PNG files. Text is text: nothing in it is taken for markup. It blocks, and
/// belongs to one thread.
final class SlideCanvas {
    /// The size of a slide.
    static let size = (width: 1280, height: 720)

    private typealias Colour = (red: Double, green: Double, blue: Double)
    private static let paper: Colour = (0.980, 0.973, 0.953)
    private static let ink: Colour = (0.118, 0.161, 0.231)
    private static let faded: Colour = (0.490, 0.522, 0.573)
    private static let rail: Colour = (0.878, 0.867, 0.835)
    /// Sections take turns in their colours.
    private static let accents: [Colour] = [
        (0.118, 0.427, 0.545), (0.690, 0.353, 0.176), (0.290, 0.482, 0.310), (0.478, 0.325, 0.573),
    ]
    /// Where text stands.
    private static let left = 150.0
    private static let width = 1040.0
    private static let top = 190.0
    /// What bullets may take.
    private static let room = 430.0
    private static let gap = 20.0
    private static let bulletSize = 28.0

    private let surface: OpaquePointer
    private let drawing: OpaquePointer
    private let layout: OpaquePointer

    /// Makes an empty slide.
    init() throws {
        guard
            let surface = cairo_image_surface_create(
                CAIRO_FORMAT_RGB24, Int32(Self.size.width), Int32(Self.size.height))
        else { throw Self.failure("no surface") }
        guard let drawing = cairo_create(surface), let layout = pango_cairo_create_layout(drawing) else {
            cairo_surface_destroy(surface)
            throw Self.failure("no layout")
        }
        (self.surface, self.drawing, self.layout) = (surface, drawing, layout)
    }

    deinit {
        g_object_unref(UnsafeMutableRawPointer(layout))
        cairo_destroy(drawing)
        cairo_surface_destroy(surface)
    }

    /// Whether sentences fit on one slide.
    func fits(_ sentences: [String]) -> Bool {
        sentences.map { height(of: $0) + Self.gap }.reduce(-Self.gap, +) <= Self.room
    }

    /// Draws a slide and writes it.
    func draw(_ slide: Slide, to path: String) throws {
        let accent = Self.accents[(slide.section - 1) % Self.accents.count]
        fill(Self.paper, x: 0, y: 0, width: Double(Self.size.width), height: Double(Self.size.height))
        fill(accent, x: 0, y: 0, width: 18, height: Double(Self.size.height))
        badge(slide.section, accent)
        set(slide.title, size: 42, isBold: true, lines: 2)
        show(Self.ink, x: Self.left, y: 104 - measured() / 2)
        fill(accent, x: Self.left, y: 164, width: 72, height: 4)

        var y = Self.top
        for bullet in slide.bullets {
            let height = height(of: bullet.text)
            let colour = bullet.isRead ? Self.ink : Self.faded
            disc(bullet.isRead ? accent : Self.rail, x: Self.left - 26, y: y + 18, radius: 6)
            show(colour, x: Self.left, y: y)
            y += height + Self.gap
        }
        if !slide.citation.isEmpty {
            set(slide.citation, size: 18, isItalic: true, lines: 1)
            show(Self.faded, x: Self.left, y: 648)
        }
        set("\(slide.section) / \(slide.sections)", size: 18, lines: 1, width: 100, isRight: true)
        show(Self.faded, x: Double(Self.size.width) - 190, y: 648)
        bar(slide.progress, accent)
        try write(to: path)
    }

    // MARK: Text

    private func height(of sentence: String) -> Double {
        set(sentence, size: Self.bulletSize, lines: 11)
        return measured()
    }

    private func measured() -> Double {
        var (width, height): (Int32, Int32) = (0, 0)
        pango_layout_get_pixel_size(layout, &width, &height)
        return Double(height)
    }

    /// - Parameter lines: what is longer is cut off with an ellipsis.
    private func set(
        _ text: String, size: Double, isBold: Bool = false, isItalic: Bool = false, lines: Int32,
        width: Double = SlideCanvas.width, isRight: Bool = false
    ) {
        let font = pango_font_description_new()
        defer { pango_font_description_free(font) }
        pango_font_description_set_family(font, "DejaVu Sans, Noto Sans, sans-serif")
        pango_font_description_set_absolute_size(font, size * Double(PANGO_SCALE))
        pango_font_description_set_weight(font, isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
        pango_font_description_set_style(font, isItalic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL)
        pango_layout_set_font_description(layout, font)
        pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
        // A negative height counts lines.
        pango_layout_set_height(layout, -lines)
        pango_layout_set_line_spacing(layout, 1.15)
        pango_layout_set_alignment(layout, isRight ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT)
        pango_layout_set_text(layout, text, -1)
    }

    private func show(_ colour: Colour, x: Double, y: Double) {
        cairo_set_source_rgb(drawing, colour.red, colour.green, colour.blue)
        cairo_move_to(drawing, x, y)
        pango_cairo_show_layout(drawing, layout)
    }

    // MARK: Shapes

    private func badge(_ number: Int, _ accent: Colour) {
        disc(accent, x: 84, y: 104, radius: 32)
        set("\(number)", size: 30, isBold: true, lines: 1, width: 64)
        pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER)
        show(Self.paper, x: 52, y: 104 - measured() / 2)
    }

    private func bar(_ progress: Double, _ accent: Colour) {
        let y = Double(Self.size.height) - 10
        let whole = Double(Self.size.width) - 18
        fill(Self.rail, x: 18, y: y, width: whole, height: 10)
        fill(accent, x: 18, y: y, width: whole * min(1, max(0, progress)), height: 10)
    }

    private func fill(_ colour: Colour, x: Double, y: Double, width: Double, height: Double) {
        cairo_set_source_rgb(drawing, colour.red, colour.green, colour.blue)
        cairo_rectangle(drawing, x, y, width, height)
        cairo_fill(drawing)
    }

    private func disc(_ colour: Colour, x: Double, y: Double, radius: Double) {
        cairo_set_source_rgb(drawing, colour.red, colour.green, colour.blue)
        cairo_new_sub_path(drawing)
        cairo_arc(drawing, x, y, radius, 0, 2 * .pi)
        cairo_fill(drawing)
    }

    private func write(to path: String) throws {
        cairo_surface_flush(surface)
        var status = cairo_status(drawing)
        if status == CAIRO_STATUS_SUCCESS { status = cairo_surface_write_to_png(surface, path) }
        guard status == CAIRO_STATUS_SUCCESS else {
            throw Self.failure(String(cString: cairo_status_to_string(status)))
        }
    }

    private static func failure(_ words: String) -> Failure {
        .temporary("a slide could not be drawn: \(words)", code: "no_slide")
    }
}
