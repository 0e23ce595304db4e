import LockstepDrift
import LockstepSources

/// One class of findings: what brings it about in the guarded table, and what looks alike and is right.
struct LiveExample: Sendable, CustomStringConvertible {
    let type: Finding.Class
    /// Statements that bring it about; `nil` where the database has no such thing.
    var postgres: [String]?
    var sqlite: [String]?
    /// Pieces of the sentence that must be said.
    let says: [String]
    /// Statements that are right.
    var rightPostgres: [String] = []
    var rightSQLite: [String] = []
    /// What the column is named with.
    var change: @Sendable (inout GuardedColumn) -> Void = { _ in }

    var description: String { "\(type.rawValue) \(says.first ?? "")" }
}

extension LiveExample {
    /// What takes the triggers away, so that a table can be put into any state.
    static let unguard = ["DROP TRIGGER orders_moves ON orders", "DROP TRIGGER orders_starts ON orders"]
    private static func quietly(_ statements: String...) -> [String] {
        ["ALTER TABLE orders DISABLE TRIGGER USER"] + statements + ["ALTER TABLE orders ENABLE TRIGGER USER"]
    }

    /// The guarded table of SQLite, made anew with something else in its text.
    private static func remade(_ old: String, _ new: String, _ more: String...) -> [String] {
        ["DROP TABLE orders", OrderBench.guardedSQLite[0].replacing(old, with: new)]
            + OrderBench.guardedSQLite.dropFirst() + more
    }

    static let all: [LiveExample] = [
        LiveExample(
            type: .d1,
            postgres: [
                "ALTER TABLE orders DROP CONSTRAINT orders_status, ADD CONSTRAINT orders_status CHECK (status IN ('queued', 'running', 'done'))"
            ],
            sqlite: remade(#", "done", 'failed')"#, #", "done")"#),
            says: ["'failed' is declared", "refuses it", "orders_status", "worker.py:17"],
            rightPostgres: [
                "ALTER TABLE orders DROP CONSTRAINT orders_status, ADD CONSTRAINT orders_status CHECK (status ~ '^(queued|running|done|failed)$')"
            ],
            rightSQLite: remade("status IN (", "lower(status) = status AND status IN ("),
            change: { $0.uses = [.init("failed", file: "worker.py", line: 17)] }),
        LiveExample(
            type: .d2,
            postgres: [
                "ALTER TABLE orders DROP CONSTRAINT orders_status, ADD CONSTRAINT orders_status CHECK (status IN ('queued', 'running', 'done', 'failed', 'expired'))"
            ],
            sqlite: remade(#""done","#, #""done", 'expired',"#),
            says: ["accepts 'expired', which is not declared; no row holds it"],
            rightPostgres: [
                "ALTER TABLE orders ADD CHECK (status <> 'expired')",
                "ALTER TABLE orders DROP CONSTRAINT orders_status, ADD CONSTRAINT orders_status CHECK (status IN ('queued', 'running', 'done', 'failed', 'expired'))",
            ]),
        LiveExample(
            type: .d3,
            postgres: ["ALTER TABLE orders DROP CONSTRAINT orders_status"]
                + quietly(
                    "INSERT INTO orders VALUES (3, 'in_queue', now() - interval '3 days')",
                    "INSERT INTO orders VALUES (4, 'runing')"),
            sqlite: remade("CHECK (status IN", "CHECK (1 OR status IN")
                + [
                    "DROP TRIGGER orders_starts",
                    "INSERT INTO orders VALUES (4, 'runing', '2020-01-01', NULL)",
                    OrderBench.guardedSQLite[2],
                ],
            says: ["1 row of", "hold 'runing', the oldest of 2", "Perhaps 'running' is meant"],
            rightPostgres: ["INSERT INTO orders VALUES (3, 'queued')"],
            rightSQLite: ["INSERT INTO orders (id, status) VALUES (3, 'queued')"]),
        LiveExample(
            type: .d4, postgres: [], sqlite: [],
            says: ["'compleded' is neither declared nor accepted", "app.ts:9", "Did you mean"],
            change: {
                $0.uses = [
                    .init("done", file: "app.ts", line: 8),
                    .init("compleded", file: "app.ts", line: 9),
                    .init("faild", file: "app.ts", line: 10, isWrite: false),
                ]
            }),
        LiveExample(
            type: .d5,
            postgres: [
                "ALTER TABLE orders DROP CONSTRAINT orders_status",
                "ALTER TABLE orders ADD CONSTRAINT orders_status CHECK (status IN ('queued', 'running', 'done', 'failed', NULL))",
            ],
            sqlite: remade("'failed')", "'failed', NULL)"),
            says: ["lets any text through"],
            rightPostgres: [
                "ALTER TABLE orders DROP CONSTRAINT orders_status",
                "CREATE DOMAIN order_status AS text CHECK (VALUE = ANY ('{queued,running,done,failed}'))",
            ] + unguard + ["ALTER TABLE orders ALTER COLUMN status TYPE order_status"]
                + OrderBench.guardedPostgres[2...3],
            rightSQLite: remade("'failed')", "'failed') AND length(status) < 9")),
        LiveExample(
            type: .d6,
            postgres: [
                "ALTER TABLE orders DROP CONSTRAINT orders_status, ADD CONSTRAINT orders_status CHECK (status IN ('queued', 'running', 'done', 'failed')) NOT VALID"
            ],
            says: ["was never held against the rows", "VALIDATE CONSTRAINT"],
            rightPostgres: [
                "ALTER TABLE orders DROP CONSTRAINT orders_status, ADD CONSTRAINT orders_status CHECK (status IN ('queued', 'running', 'done', 'failed')) NOT VALID",
                "ALTER TABLE orders VALIDATE CONSTRAINT orders_status",
            ]),
        LiveExample(
            type: .d7, postgres: unguard,
            sqlite: ["DROP TRIGGER orders_moves", "DROP TRIGGER orders_starts"],
            says: ["No trigger guards the moves"],
            rightPostgres: ["DROP TRIGGER orders_moves ON orders"] + handWritten),
        LiveExample(
            type: .d7, postgres: ["ALTER TABLE orders DISABLE TRIGGER orders_moves"],
            says: ["'orders_moves'", "switched off"],
            rightPostgres: ["ALTER TABLE orders ENABLE ALWAYS TRIGGER orders_moves"]),
        LiveExample(
            type: .d7,
            postgres: [
                "DROP TRIGGER orders_moves ON orders",
                OrderBench.guardedPostgres[2].replacing("('running', 'failed')", with: "('running', 'done')"),
            ],
            sqlite: [
                "DROP TRIGGER orders_moves",
                OrderBench.guardedSQLite[1].replacing("('running', 'failed')", with: "('running', 'done')"),
            ],
            says: ["lets moves through that are not declared: queued → done"],
            rightSQLite: [
                "DROP TRIGGER orders_moves", "CREATE TABLE allowed (a TEXT, b TEXT)",
                "INSERT INTO allowed VALUES ('queued', 'running'), ('queued', 'failed'), ('running', 'done'), ('running', 'failed'), ('failed', 'queued')",
                """
                CREATE TRIGGER by_table BEFORE UPDATE OF status ON orders WHEN new.status <> old.status BEGIN
                    SELECT RAISE(ABORT, 'no') WHERE NOT EXISTS
                        (SELECT 1 FROM allowed WHERE a = old.status AND b = new.status); END
                """,
            ]),
        LiveExample(
            type: .d7,
            postgres: ["DROP TRIGGER orders_moves ON orders"]
                + handWritten.map { $0.replacing("'done', 'failed'", with: "'done'") },
            says: ["refuses moves that are declared: running → failed"]),
        LiveExample(
            type: .d8,
            postgres: [
                "DROP TRIGGER orders_moves ON orders",
                OrderBench.guardedPostgres[2].replacing("AFTER UPDATE ON", with: "AFTER UPDATE OF status ON"),
                """
                CREATE FUNCTION sneak() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN IF new.note = 'x' THEN new.status := 'done'; END IF; RETURN new; END $$
                """,
                "CREATE TRIGGER sneak BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION sneak()",
            ],
            sqlite: ["DROP TRIGGER orders_starts"],
            says: [],
            rightPostgres: [
                """
                CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN IF new.status = 'done' THEN new.note := 'x'; END IF; RETURN new; END $$
                """,
                "CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()",
            ]),
        LiveExample(
            type: .d9, postgres: ["ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'pending'"],
            sqlite: remade("DEFAULT 'queued'", "DEFAULT 'pending'").filter { !$0.hasPrefix("INSERT") },
            says: ["The default", "'pending', which is not declared"],
            rightPostgres: ["ALTER TABLE orders ALTER COLUMN status DROP DEFAULT"],
            rightSQLite: remade("DEFAULT 'queued'", "DEFAULT (lower('QUEUED'))")),
        LiveExample(
            type: .d10,
            postgres: ["CREATE INDEX live ON orders (id) WHERE status IN ('queued', 'processing')"],
            sqlite: ["CREATE INDEX live ON orders (id) WHERE status IN ('queued', 'processing')"],
            says: ["index", "speaks of 'processing'"],
            rightPostgres: [
                "CREATE INDEX live ON orders (id) WHERE status IN ('queued', 'running') AND note = 'processing'"
            ],
            rightSQLite: [
                "CREATE INDEX live ON orders (id) WHERE status IN ('queued', 'running') AND note = 'processing'"
            ]),
        LiveExample(
            type: .d10,
            postgres: [
                "CREATE VIEW busy AS SELECT id FROM orders o WHERE o.status <> ALL (ARRAY['done', 'canceled'])"
            ],
            sqlite: [
                "CREATE VIEW busy AS SELECT id FROM orders o WHERE o.status NOT IN ('done', 'canceled')"
            ],
            says: ["view", "'canceled'"],
            rightPostgres: [
                "CREATE VIEW busy AS SELECT id FROM orders o WHERE CASE o.status WHEN 'done' THEN false ELSE note = 'canceled' END"
            ]),
        LiveExample(
            type: .d10,
            postgres: [
                "CREATE FUNCTION finish(n bigint) RETURNS void LANGUAGE sql AS $$ UPDATE orders SET status = 'finished' WHERE id = n $$"
            ],
            says: ["function", "'finished'"],
            rightPostgres: [
                "CREATE FUNCTION finish(n bigint) RETURNS void LANGUAGE sql AS $$ UPDATE orders SET status = 'done', note = 'finished' WHERE id = n $$"
            ]),
        LiveExample(
            type: .d10,
            postgres: [
                "ALTER TABLE orders ADD CONSTRAINT older CHECK (status IN ('queued', 'running', 'done')) NOT VALID"
            ],
            sqlite: remade(
                "note TEXT)", "note TEXT, CONSTRAINT older CHECK (status IN ('queued', 'running', 'done')))"),
            says: ["hold at once", "older lacks 'failed'", "only 'done', 'queued', 'running' passes"]),
        LiveExample(
            type: .d11, postgres: ["ALTER TABLE orders ALTER COLUMN status DROP NOT NULL"],
            sqlite: remade("status TEXT NOT NULL", "status TEXT"), says: ["may be NULL"]),
        LiveExample(
            type: .d11,
            postgres: ["ALTER TABLE orders DROP CONSTRAINT orders_status"]
                + quietly("INSERT INTO orders VALUES (3, ' Done')"),
            sqlite: remade("CHECK (status IN", "CHECK (trim(lower(status)) IN")
                + ["DROP TRIGGER orders_starts", "INSERT INTO orders (id, status) VALUES (3, ' Done')"],
            says: ["' Done'", "case or white space"],
            rightPostgres: ["INSERT INTO orders VALUES (3, 'queued', now(), ' Done')"]),
        LiveExample(
            type: .d12, postgres: labels("'queued', 'done', 'failed', 'running'"),
            says: ["compares", "by order", "'running' sorts as if it came later"],
            rightPostgres: labels("'queued', 'running', 'done', 'failed'")),
        LiveExample(
            type: .d13, postgres: ["UPDATE orders SET updated_at = now() - interval '2 hours'"],
            sqlite: ["UPDATE orders SET updated_at = datetime('now', '-2 hours')"],
            says: ["'running' for longer than the declared 5m, the oldest for 2 hours"],
            rightPostgres: [
                "UPDATE orders SET updated_at = now() - interval '2 hours' WHERE status = 'queued'"
            ],
            rightSQLite: [
                "UPDATE orders SET updated_at = strftime('%s', 'now') - 7200 WHERE status = 'queued'"
            ]),
        LiveExample(
            type: .d14,
            postgres: workers + [
                "INSERT INTO fleet VALUES ('old', '{queued,running,done}', now()), ('dead', '{}', now() - interval '1 day')"
            ],
            sqlite: workers + [
                "INSERT INTO fleet VALUES ('old', '[\"queued\",\"running\",\"done\"]', CURRENT_TIMESTAMP), ('dead', '', '2020-01-01')"
            ],
            says: ["The worker 'old'", "does not know 'failed'"],
            rightPostgres: workers + [
                "INSERT INTO fleet VALUES ('new', 'queued, running done failed', now())"
            ],
            rightSQLite: workers + [
                "INSERT INTO fleet VALUES ('new', 'queued, running done failed', CURRENT_TIMESTAMP)"
            ],
            change: {
                $0.workers = .init(.init("fleet"), name: "name", knows: "knows", beat: "beat")
            }),
        LiveExample(
            type: .d15, postgres: moves + ["INSERT INTO moves VALUES (1, 'done', 'running', 2)"],
            sqlite: moves + ["INSERT INTO moves VALUES (1, 'done', 'running', 2)"],
            says: ["holds the move done → running", "1 time"],
            rightPostgres: moves, rightSQLite: moves,
            change: { $0.history = .init(.init("moves"), from: "was", to: "became", at: "n") }),
        LiveExample(
            type: .d15,
            postgres: moves + ["INSERT INTO moves VALUES (2, NULL, 'queued', 1), (2, NULL, 'done', 2)"],
            sqlite: moves + ["INSERT INTO moves VALUES (2, NULL, 'queued', 1), (2, NULL, 'done', 2)"],
            says: ["holds the move queued → done"],
            rightPostgres: moves, rightSQLite: moves,
            change: { $0.history = .init(.init("moves"), from: nil, to: "became", job: "job", at: "n") }),
    ]

    private static let workers = ["CREATE TABLE fleet (name text, knows text, beat \("timestamp"))"]
    private static let moves = [
        "CREATE TABLE moves (job bigint, was text, became text, n bigint)",
        "INSERT INTO moves VALUES (1, NULL, 'queued', 0), (1, 'queued', 'running', 1)",
    ]

    /// A column of an ENUM with labels in some order, compared by order.
    private static func labels(_ list: String) -> [String] {
        unguard + [
            "ALTER TABLE orders DROP CONSTRAINT orders_status", "CREATE TYPE order_status AS ENUM (\(list))",
            "ALTER TABLE orders ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status TYPE order_status USING status::order_status",
        ] + OrderBench.guardedPostgres[2...3] + [
            "CREATE VIEW early AS SELECT id FROM orders WHERE status < 'done'"
        ]
    }

    /// Moves guarded as people do it by hand.
    private static let handWritten = [
        """
        CREATE FUNCTION check_move() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            allowed text[] := ARRAY['running', 'failed'];
        BEGIN
            -- Nothing to see.
            IF NEW.status = OLD.status THEN RETURN NEW; END IF;
            IF OLD.status = 'queued' AND NOT NEW.status = ANY (allowed) THEN
                RAISE EXCEPTION 'no';
            ELSIF OLD.status = 'running' AND NEW.status NOT IN ('done', 'failed') THEN
                RAISE EXCEPTION 'no';
            ELSE
                CASE OLD.status
                    WHEN 'failed' THEN
                        IF NEW.status <> 'queued' THEN RAISE 'no'; END IF;
                    WHEN 'done' THEN RAISE EXCEPTION 'no' USING ERRCODE = 'check_violation';
                    ELSE NEW.note := 'moved';
                END CASE;
            END IF;
            RAISE NOTICE 'moved';
            RETURN NEW;
        END $$
        """,
        "CREATE TRIGGER check_move BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION check_move()",
    ]
}
