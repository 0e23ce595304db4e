import Testing

@testable import LockstepSources

/// The moves between statuses that code shows.
struct StatusMoveTests {
    private static let schema =
        "CREATE TABLE orders (id int, status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'sent', 'lost')));"

    private func column(_ path: String, _ code: String) -> StatusColumn? {
        let files = [SourceFile(path: "db/1.sql", text: Self.schema), SourceFile(path: path, text: code)]
        return SourceCheck(SourceTree(files: files.compactMap { $0 })).statuses.first
    }

    private func moves(_ path: String, _ code: String) -> [String] {
        column(path, code)?.moves.map { "\($0.from) \($0.to)" } ?? []
    }

    /// The same map in several languages.
    @Test(arguments: [
        (
            "a.py",
            "class S(str, Enum):\n    NEW = 'new'\n    PAID = 'paid'\nALLOWED_TRANSITIONS: dict[S, set[S]] = {\n    S.NEW: {S.PAID, 'lost'},\n    S.PAID: frozenset({'sent'}),\n    'sent': set(),\n}\n"
        ),
        (
            "a.ts",
            "const transitions: Record<Status, Status[]> = {\n  new: ['paid', 'lost'],\n  paid: ['sent'],\n  sent: [],\n}\n"
        ),
        (
            "a.js",
            "export const nextStates = { new: new Set(['paid', 'lost']), 'paid': new Set([ 'sent' ]), sent: [] }\n"
        ),
        (
            "a.go",
            "package a\n\nvar allowedMoves = map[string][]string{\n\t\"new\": {\"paid\", \"lost\"},\n\t\"paid\": []string{\"sent\"},\n\t\"sent\": {},\n}\n"
        ),
        ("a.rb", "TRANSITIONS = { 'new' => %w[paid lost], 'paid' => ['sent'], 'sent' => [] }.freeze\n"),
        (
            "a.swift",
            "let transitions: [String: [String]] = [\"new\": [\"paid\", \"lost\"], \"paid\": [\"sent\"], \"sent\": []]\n"
        ),
    ])
    func mapsOfTransitions(path: String, code: String) {
        #expect(moves(path, code) == ["new paid", "new lost", "paid sent"])
        #expect(column(path, code)?.ends == ["sent"])
    }

    @Test func statementsThatNameBothStatuses() {
        let code = """
            db.execute("UPDATE orders SET status = 'paid' WHERE id = 1 AND status IN ('new', 'lost')")
            db.execute("UPDATE orders SET status = 'sent' WHERE status <> 'lost'")
            db.execute("UPDATE orders SET status = 'lost' WHERE id = 2")
            """
        #expect(moves("a.py", code) == ["new paid", "lost paid"])
    }

    @Test func stateMachines() {
        let code =
            "class Order < ApplicationRecord\n  aasm column: :status do\n    event :pay do\n      transitions from: [:new, :lost], to: :paid\n      transitions from: :paid, to: :sent\n    end\n  end\nend\n"
        #expect(moves("order.rb", code) == ["new paid", "paid sent", "lost paid"])
    }

    @Test func triggers() {
        let code = """
            CREATE FUNCTION guard() RETURNS trigger AS $$
            BEGIN
                IF (OLD.status = 'new' AND NEW.status NOT IN ('paid', 'lost')) THEN RAISE EXCEPTION 'no'; END IF;
                IF OLD.status = 'paid' AND NEW.status = 'sent' THEN RETURN NEW; END IF;
            END $$ LANGUAGE plpgsql;
            """
        #expect(moves("db/2.sql", code) == ["new paid", "new lost", "paid sent"])
    }

    /// A map of other words, or one whose name says nothing, is none.
    @Test func whatIsNoMapOfTransitions() {
        #expect(moves("a.py", "LABELS = {'new': ['paid'], 'paid': ['sent']}\n") == [])
        #expect(moves("a.py", "TRANSITIONS = {'open': ['shut'], 'shut': ['open']}\n") == [])
        #expect(moves("a.py", "TRANSITIONS = {'new': compute(), 'paid': ['sent']}\n") == [])
    }
}
