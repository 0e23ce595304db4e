import Testing

/// A CHECK as people and databases write it, and what it accepts.
struct CheckForm: Sendable, CustomTestStringConvertible {
    /// The rules behind the column, or behind the table's columns when `isOfTable`.
    let text: String
    /// What is listed; nil where more is accepted than can be listed.
    let accepted: [String]?
    var acceptsNull = true
    /// Whether SQLite understands it too.
    var isSQLite = true
    var testDescription: String { text }

    init(_ text: String, _ accepted: [String]?, null: Bool = true, sqlite: Bool = true) {
        self.text = text
        self.accepted = accepted
        acceptsNull = null
        isSQLite = sqlite
    }

    /// The table it stands in. `ready` and `note` are other columns, of which nothing is known.
    var table: String { "CREATE TABLE jobs (status TEXT, ready INTEGER, note TEXT, CHECK (\(text)))" }

    /// Every form: lists, what databases print of them, negations, NULL, cases, patterns, other columns.
    static let all: [CheckForm] = [
        CheckForm("status IN ('new', 'done')", ["new", "done"]),
        CheckForm("status IN ('new')", ["new"]),
        CheckForm("status = 'new'", ["new"]),
        CheckForm("'new' = status OR status = 'done'", ["new", "done"]),
        CheckForm("(status = 'new') OR ((status = 'done'))", ["new", "done"]),
        CheckForm("status IN ('new', NULL)", nil),
        CheckForm("status NOT IN ('gone', NULL)", nil),
        CheckForm("status IS NULL OR status IN ('new', 'done')", ["new", "done"]),
        CheckForm("status IN ('new', 'done') OR status IS NULL", ["new", "done"]),
        CheckForm("status IS NOT NULL AND status IN ('new', 'done')", ["new", "done"], null: false),
        CheckForm("status NOT IN ('gone')", nil),
        CheckForm("status <> 'gone'", nil),
        CheckForm("NOT status = 'gone'", nil),
        CheckForm("NOT (status <> 'new')", ["new"]),
        CheckForm("NOT (status <> 'new' AND status <> 'done')", ["new", "done"]),
        CheckForm("status IN ('new', 'done', 'gone') AND status <> 'gone'", ["new", "done"]),
        CheckForm("lower(status) IN ('new', 'done')", ["new", "done"]),
        CheckForm("upper(status) IN ('NEW', 'DONE')", ["NEW", "DONE"]),
        CheckForm("trim(status) = 'new'", ["new"]),
        CheckForm("coalesce(status, 'new') IN ('new', 'done')", ["new", "done"]),
        CheckForm("coalesce(status, 'none') IN ('new', 'done')", ["new", "done"], null: false),
        CheckForm(
            "CASE status WHEN 'new' THEN 1 WHEN 'done' THEN 1 ELSE 0 END = 1", ["new", "done"], null: false),
        CheckForm("CASE WHEN status = 'new' THEN TRUE ELSE FALSE END", ["new"], null: false),
        CheckForm("status LIKE 'new%'", nil),
        CheckForm("status LIKE 'x'", ["x"]),
        CheckForm("length(status) > 2", nil),
        CheckForm("length(status) < 5 AND status IN ('new', 'finished')", ["new"]),
        CheckForm("status IN ('it''s', 'a b', 'ä', '')", ["it's", "a b", "ä", ""]),
        CheckForm("status BETWEEN 'a' AND 'c'", nil),
        CheckForm("status IN ('new', 'done') OR note = 'any'", nil),
        CheckForm("status <> 'done' OR ready IS NOT NULL", nil),
        CheckForm("status IN ('new', 'done') AND (status <> 'done' OR ready IS NOT NULL)", ["new", "done"]),
        CheckForm(
            "(status = 'new' AND ready IS NULL) OR (status = 'done' AND ready IS NOT NULL)", ["new", "done"]),
        CheckForm("CAST(status AS TEXT) IN ('new', 'done')", ["new", "done"]),
        CheckForm("status IN (/* 'old', */ 'new', -- 'older'\n'done')", ["new", "done"]),
        CheckForm("(status IN ('new', 'done')) IS TRUE", ["new", "done"], null: false),
        CheckForm("(status IN ('new', 'done')) IS NOT FALSE", ["new", "done"]),
        CheckForm("status = 'new' || 'er'", ["newer"]),
        CheckForm("status COLLATE NOCASE IN ('new')", ["new"], sqlite: true),
        CheckForm("status GLOB 'new'", ["new"]),
        CheckForm("status GLOB 'n*'", nil),
        CheckForm("status IS 'new'", ["new"], null: false),
        CheckForm("status IS NOT 'gone'", nil),
        CheckForm("typeof(status) = 'text' AND status IN ('new')", ["new"], null: false),
        CheckForm("nullif(status, '') = 'new'", ["", "new"]),
        CheckForm("iif(status = 'new', 1, 0)", ["new"], null: false),
        // As PostgreSQL prints them.
        CheckForm("status = ANY (ARRAY['new'::text, 'done'::text])", ["new", "done"], sqlite: false),
        CheckForm(
            "((status)::text = ANY ((ARRAY['new'::character varying, 'done'::character varying])::text[]))",
            ["new", "done"], sqlite: false),
        CheckForm("((status)::text = 'new'::text)", ["new"], sqlite: false),
        CheckForm(
            "status = ANY ('{new,\"in work\",done}'::text[])", ["new", "in work", "done"], sqlite: false),
        CheckForm("status <> ALL (ARRAY['gone'::text])", nil, sqlite: false),
        CheckForm("status = ANY (ARRAY['new', NULL])", nil, sqlite: false),
        CheckForm("status ~ '^(new|done)$'", ["new", "done"], sqlite: false),
        CheckForm("status ~ '^[a-z_]+$'", nil, sqlite: false),
        CheckForm("status ~ 'new|done'", nil, sqlite: false),
        CheckForm("status SIMILAR TO '(new|done)'", ["new", "done"], sqlite: false),
        CheckForm("status IS NOT DISTINCT FROM 'new'", ["new"], null: false, sqlite: false),
        CheckForm("status IS DISTINCT FROM 'gone'", nil, sqlite: false),
        CheckForm("my_rules.is_status(status)", nil, sqlite: false),
        CheckForm(
            "my_rules.is_status(status) AND status IN ('new', 'done')", ["new", "done"], sqlite: false),
        CheckForm("status::status_kind IN ('new', 'done')", ["new", "done"], sqlite: false),
    ]

    /// Values to try.
    static let samples = [
        "new", "done", "gone", "NEW", "New", " new ", "newer", "finished", "it's", "a b", "ä", "", "b", "x",
        "in work",
        "nope", "DONE",
    ]
}
