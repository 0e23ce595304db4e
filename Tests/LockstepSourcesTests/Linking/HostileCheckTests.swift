import Testing

@testable import LockstepSources

/// Whatever stands in the files of a repository, checking it ends and says nothing untrue about lines.
struct HostileCheckTests {
    /// Sound files, from which garbled ones are made.
    private static let seeds: [(path: String, text: String)] = [
        (
            "a.py",
            "class OrderStatus(str, Enum):\n    NEW = 'new'\n    PAID = 'paid'\n\nclass Order(Base):\n    __tablename__ = 'orders'\n    status = Column(Enum(OrderStatus, name='order_status'), default=OrderStatus.NEW)\nTRANSITIONS = {OrderStatus.NEW: {OrderStatus.PAID}, 'paid': set()}\ndb.execute(f\"UPDATE orders SET status = 'paid' WHERE id = {x}\" + y + 'and a = 1')\n"
        ),
        (
            "a.ts",
            "export type OrderStatus = 'new' | 'paid'\nexport const statuses = ['new', 'paid'] as const\nexport const orders = pgTable('orders', { status: text('status').$type<OrderStatus>() })\nconst next: Record<OrderStatus, OrderStatus[]> = { new: ['paid'], paid: [] }\nawait db.from('orders').update({ status: a ? 'new' : `x${b}` }).eq('status', 'paid')\n"
        ),
        (
            "a.go",
            "package a\n\ntype OrderStatus string\n\nconst (\n\tNew OrderStatus = \"new\"\n\tPaid OrderStatus = \"paid\"\n)\n\ntype Order struct {\n\tStatus OrderStatus `gorm:\"column:status\"`\n}\n\nvar moves = map[string][]string{\"new\": {\"paid\"}}\nvar q = `UPDATE orders SET status = 'paid' WHERE status = ANY('{new}')`\n"
        ),
        (
            "a.rb",
            "class Order < ApplicationRecord\n  STATUSES = %w[new paid].freeze\n  enum :status, { new: 'new', paid: 'paid' }\n  validates :status, inclusion: { in: STATUSES }\n  aasm column: :status do\n    state :new, initial: true\n    event(:pay) { transitions from: [:new], to: :paid }\n  end\nend\n"
        ),
        (
            "A.java",
            "@Entity @Table(name = \"orders\")\npublic class Order {\n  @Enumerated(EnumType.STRING) private OrderStatus status;\n  public enum OrderStatus { NEW(\"new\"), PAID(\"paid\"); }\n}\n"
        ),
        (
            "A.kt",
            "enum class OrderStatus(val value: String) { NEW(\"new\"), PAID(\"paid\") }\nval q = \"UPDATE orders SET status = '${s.value}'\"\nwhen (status) { \"new\" -> 1 }\n"
        ),
        (
            "A.swift",
            "enum OrderStatus: String, Codable { case new, paid = \"paid\" }\nextension OrderStatus { static let x = \"x\" }\nlet transitions: [String: [String]] = [\"new\": [\"paid\"]]\nsql(\"UPDATE orders SET status = '\\(OrderStatus.paid.rawValue)'\")\n"
        ),
        (
            "a.rs",
            "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"order_status\", rename_all = \"snake_case\")]\npub enum OrderStatus { New, Paid }\nsqlx::query!(r#\"UPDATE orders SET status = 'paid'\"#);\nmatch status { \"new\" => 1, _ => 2 }\n"
        ),
        (
            "q.sql",
            "-- name: Pay\nUPDATE orders SET status = CASE WHEN a THEN 'new' ELSE 'paid' END WHERE status IN ('new') AND OLD.status = 'new' AND NEW.status IN ('paid');\nINSERT INTO orders (id, status) VALUES (1, 'paid'::text);\n"
        ),
        (
            "schema.prisma",
            "enum OrderStatus {\n  new\n  paid @map(\"paid\")\n}\nmodel Order {\n  id Int @id\n  status OrderStatus @default(new)\n  @@map(\"orders\")\n}\n"
        ),
        (
            "openapi.json",
            "{\"openapi\": \"3.0.0\", \"components\": {\"schemas\": {\"Order\": {\"properties\": {\"status\": {\"enum\": [\"new\", \"paid\"]}}}}}}\n"
        ),
        (
            "db/migrations/1.sql",
            "CREATE TABLE orders (id int, status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid')));\nALTER TABLE orders DROP CONSTRAINT x, ADD CONSTRAINT y CHECK (status = ANY (ARRAY['new'::text, 'paid'])) NOT VALID;\nCREATE FUNCTION f() RETURNS trigger AS $$ BEGIN IF OLD.status = 'new' AND NEW.status NOT IN ('paid') THEN RAISE 'x'; END IF; END $$;\n"
        ),
    ]

    private static let pieces = [
        "'", "\"", "`", "(", ")", "[", "]", "{", "}", ",", ":", "=", "=>", "->", "+", "|", ".", "::", ";",
        "\n",
        "\\", "#", "//", "--", "/*", "*/", "$$", "${", "\u{0}", "é", "status", "orders", "enum", "class",
        "case",
        "switch status", "transitions", "from", "SET", "WHERE", "IN (", "lockstep:ignore", "%w[", "'''",
        "<<~A\n",
    ]

    private static func garbled(_ text: String, _ random: inout SplitMix) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<(1 + Int(random.next() % 6)) {
            let at = Int(random.next() % UInt64(bytes.count + 1))
            let end = min(bytes.count, at + Int(random.next() % 24))
            switch random.next() % 4 {
            case 0: bytes.removeSubrange(at..<end)
            case 1: bytes.insert(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))].utf8, at: at)
            case 2: bytes.insert(contentsOf: Array(bytes[at..<end]), at: at)
            default: bytes.swapAt(min(at, bytes.count - 1), Int(random.next() % UInt64(bytes.count)))
            }
            if bytes.isEmpty { bytes = [10] }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// 3,600 files, each garbled, in repositories of twelve.
    @Test(arguments: 1...6)
    func garbledRepositoriesAreChecked(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        for _ in 0..<50 {
            let files = Self.seeds.compactMap { file in
                SourceFile(path: file.path, text: Self.garbled(file.text, &random))
            }
            let lines = Dictionary(
                files.map { ($0.path, $0.bytes.lazy.filter { $0 == 10 }.count + 1) },
                uniquingKeysWith: { first, _ in first })
            let check = SourceCheck(SourceTree(files: files))
            for place in check.findings.flatMap(\.places) {
                #expect((1...(lines[place.file] ?? 0)).contains(place.line), "\(place)")
            }
            for column in check.statuses {
                #expect(column.moves.allSatisfy { column.statuses.contains($0.from) })
            }
        }
    }

    /// The same thing over and over costs its length, not the square of it.
    @Test(arguments: [
        ("a.py", "order.status = 'x'\n"), ("a.py", "UPDATE(\"UPDATE orders SET status = 'x'\" +\n"),
        ("a.py", "status(\n"), ("a.ts", "{ status: 'x', "), ("a.ts", "switch (o.status) { case 'x':\n"),
        ("a.ts", "type A = 'x' |\n"), ("a.go", "const (\n\tA S = \"x\"\n"),
        ("a.rb", "transitions from: [:new,\n"),
        ("A.swift", "enum S: String { case new\n"), ("A.java", "enum S { NEW(\"new\"),\n"),
        ("a.rs", "enum S { New,\n"), ("q.sql", "OLD.status = 'new' AND NEW.status IN (\n"),
        ("q.sql", "UPDATE orders SET status = CASE\n"), ("a.py", "TRANSITIONS = {'new': {\n"),
        ("db/migrations/2.sql", "ALTER TABLE orders ADD CHECK (status IN ('a',\n"),
    ])
    func repetitionCostsItsLength(path: String, piece: String) {
        func seconds(_ count: Int) -> Double {
            let files = [
                Self.seeds.last.flatMap { SourceFile(path: $0.path, text: $0.text) },
                SourceFile(path: path, text: String(repeating: piece, count: count)),
            ]
            let tree = SourceTree(files: files.compactMap { $0 })
            return ProcessorTime.seconds { _ = SourceCheck(tree) }
        }
        // Four times as much takes four times as long; with the square it would be sixteen.
        let (once, fourTimes) = (seconds(1_000), seconds(4_000))
        #expect(fourTimes < 1 || fourTimes < 9 * once, "\(once) s, \(fourTimes) s")
    }
}
