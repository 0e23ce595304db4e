import Testing

@testable import LockstepSources

/// Alembic's revisions.
struct AlembicTests {
    private static func revision(_ name: String, after: String?, _ body: String) -> String {
        """
        \"\"\"ALTER TYPE status ADD VALUE 'documented'\"\"\"
        from alembic import op
        import sqlalchemy as sa
        from sqlalchemy.dialects import postgresql

        revision = "\(name)"
        down_revision = \(after.map { "\"\($0)\"" } ?? "None")


        def upgrade() -> None:
        \(body.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n"))


        def downgrade() -> None:
            op.execute("ALTER TYPE status ADD VALUE 'from_downgrade'")
            op.drop_table("jobs")
        """
    }

    private static let first = revision(
        "aaa", after: nil,
        """
        op.create_table(
            "jobs",
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("status", sa.Enum("new", "done", name="status"), server_default="new", nullable=False),
            sa.Column("kind", sa.String(length=16), sa.CheckConstraint("kind IN ('a', 'b')", name="kinds")),
            sa.Column("mood", postgresql.ENUM("sad", name="mood", create_type=True), nullable=True),
            sa.PrimaryKeyConstraint("id"),
            sa.CheckConstraint("mood <> 'bad'"),
        )
        """)

    @Test func revisionsRunInTheirOrder() throws {
        // The names of the files say another order.
        let schema = Made.schema([
            "alembic/versions/z_first.py": Self.first,
            "alembic/versions/a_third.py": Self.revision(
                "ccc", after: "bbb",
                """
                with op.get_context().autocommit_block():
                    op.execute("ALTER TYPE status ADD VALUE IF NOT EXISTS 'failed' BEFORE 'done'")
                op.rename_table("jobs", "tasks")
                """),
            "alembic/versions/m_second.py": Self.revision(
                "bbb", after: "aaa",
                """
                op.execute(
                    "ALTER TYPE status "
                    "ADD VALUE 'running' AFTER 'new'"
                )
                op.drop_constraint("kinds", "jobs", type_="check")
                op.create_check_constraint(op.f("kinds"), "jobs", "kind IN ('a', 'b', 'c')")
                op.alter_column("jobs", "status", new_column_name="state", server_default=sa.text("'done'"))
                """),
        ])
        let state = try Made.column("tasks.state", in: schema)
        #expect(state.accepted == ["new", "running", "failed", "done"])
        #expect(state.defaultValue == "done")
        #expect(!state.acceptsNull)
        #expect(state.origin.kind == .alembic)
        #expect(state.origin.path == "alembic/versions")
        #expect(state.place.file == "alembic/versions/a_third.py")
        let kind = try Made.column("tasks.kind", in: schema)
        #expect(kind.accepted == ["a", "b", "c"])
        #expect(kind.longest == 16)
        #expect(try Made.column("tasks.mood", in: schema).accepted == ["sad"])
    }

    @Test func alteringATypeAddsNoLabel() throws {
        let column = try Made.column(
            "jobs.status",
            [
                "versions/1.py": Self.first,
                "versions/2.py": Self.revision(
                    "bbb", after: "aaa",
                    """
                    op.alter_column(
                        "jobs", "status", type_=sa.Enum("new", "done", "lost", name="status"), existing_nullable=False)
                    """),
            ])
        #expect(column.accepted == ["new", "done"])
    }

    @Test func variablesLoopsAndClassesAreFollowed() throws {
        let schema = Made.schema([
            "app/models.py": """
            import enum
            class Level(str, enum.Enum):
                LOW = "low"
                HIGH = "high"
            """,
            "versions/1.py": Self.revision(
                "aaa", after: nil,
                """
                kind = postgresql.ENUM("a", "b", name="kind", create_type=False)
                kind.create(op.get_bind(), checkfirst=True)
                sa.Enum(Level, name="level").create(op.get_bind())
                op.create_table("jobs", sa.Column("kind", kind), sa.Column("level", sa.Enum(name="level", create_type=False)))
                for value in ("c", "d"):
                    op.execute(f"ALTER TYPE kind ADD VALUE '{value}'")
                with op.batch_alter_table("jobs", schema=None) as batch_op:
                    batch_op.add_column(sa.Column("status", sa.Enum("x", "y", name="s", native_enum=False, create_constraint=True)))
                    batch_op.create_check_constraint("lengths", "length(status) < 10")
                """),
        ])
        #expect(try Made.column("jobs.kind", in: schema).accepted == ["a", "b", "c", "d"])
        // An Enum of a class holds the names of its members.
        #expect(try Made.column("jobs.level", in: schema).accepted == ["LOW", "HIGH"])
        let status = try Made.column("jobs.status", in: schema)
        #expect(status.accepted == ["x", "y"])
        #expect(status.constraint == "s")
    }
}
