import Testing

@testable import LockstepSources

/// SQLAlchemy's models, and Django's migrations.
struct PythonModelTests {
    @Test func sqlAlchemyKeepsNames() throws {
        let schema = Made.schema([
            "app/enums.py": """
            from enum import Enum, StrEnum, auto
            class Status(str, Enum):
                NEW = "new"
                DONE = "done"
            class Level(StrEnum):
                LOW = auto()
                HIGH = auto()
            KINDS = ("a", "b")
            """,
            "app/models.py": """
            from sqlalchemy import Column, Enum, String, CheckConstraint
            from sqlalchemy.orm import Mapped, mapped_column
            class Job(Base):
                __tablename__ = "jobs"
                __table_args__ = (CheckConstraint("mode IN ('x', 'y')", name="modes"), {"schema": "app"})
                id: Mapped[int] = mapped_column(primary_key=True)
                status = Column(Enum(Status), nullable=False)
                by_value = Column(Enum(Status, values_callable=lambda e: [m.value for m in e], name="by_value"))
                listed = mapped_column(Enum(*KINDS, name="kinds"))
                level: Mapped[Level] = mapped_column(default=Level.LOW)
                mode: Mapped[str | None] = mapped_column(String(8))
                text_only = Column(Enum(Status, native_enum=False))
                note: Mapped[str]
            """,
        ])
        #expect(try Made.column("jobs.status", in: schema).accepted == ["NEW", "DONE"])
        #expect(try Made.column("jobs.status", in: schema).kind == .nativeEnum(type: "status"))
        #expect(try Made.column("jobs.by_value", in: schema).accepted == ["new", "done"])
        #expect(try Made.column("jobs.listed", in: schema).accepted == ["a", "b"])
        #expect(try Made.column("jobs.level", in: schema).accepted == ["LOW", "HIGH"])
        let mode = try Made.column("jobs.mode", in: schema)
        #expect(mode.accepted == ["x", "y"])
        #expect(mode.acceptsNull && mode.longest == 8)
        #expect(try Made.column("jobs.text_only", in: schema).accepted == nil)
        #expect(try !Made.column("jobs.note", in: schema).acceptsNull)
        #expect(schema.columns.allSatisfy { $0.origin.kind == .sqlAlchemy })
    }

    @Test func migrationsAreBelievedMoreThanModels() throws {
        let schema = Made.schema([
            "app/models.py": """
            from sqlalchemy import Column, Enum
            class Job(Base):
                __tablename__ = "jobs"
                status = Column(Enum("new", "done", "lost", name="status"))
            """,
            "db/001_jobs.sql": "CREATE TABLE jobs (status text CHECK (status IN ('new', 'done')));",
        ])
        #expect(schema.columns.count == 2)
        #expect(schema.witnessed.map(\.accepted) == [["new", "done"]])
    }

    @Test func sqlModelTables() throws {
        let schema = Made.schema([
            "main.py": """
            from sqlmodel import SQLModel, Field, Column, Enum
            import enum
            class Status(str, enum.Enum):
                new = "New"
                done = "Done"
            class Job(SQLModel, table=True):
                id: int | None = Field(default=None, primary_key=True)
                status: Status = Field(default=Status.new)
                other: Status = Field(sa_column=Column(Enum("a", "b", name="other")))
            class NoTable(SQLModel):
                status: Status
            """
        ])
        #expect(try Made.column("job.status", in: schema).accepted == ["new", "done"])
        #expect(try Made.column("job.other", in: schema).accepted == ["a", "b"])
        #expect(Set(schema.columns.map(\.table)) == ["job"])
    }

    @Test func djangosChoicesAreNoRule() throws {
        let schema = Made.schema([
            "shop/orders/migrations/0001_initial.py": """
            from django.db import migrations, models
            class Migration(migrations.Migration):
                initial = True
                dependencies = []
                operations = [
                    migrations.CreateModel(
                        name="Order",
                        fields=[
                            ("id", models.BigAutoField(primary_key=True)),
                            ("status", models.CharField(choices=[("new", "New")], default="new", max_length=20)),
                            ("kind", models.CharField(max_length=9)),
                            ("owner", models.ForeignKey(on_delete=1, to="auth.user")),
                        ],
                        options={"db_table": "shop_orders"},
                    ),
                    migrations.CreateModel(name="Item", fields=[("size", models.CharField(max_length=3))]),
                ]
            """,
            "shop/orders/migrations/0002_more.py": """
            from django.db import migrations, models
            class Migration(migrations.Migration):
                operations = [
                    migrations.AddConstraint(
                        model_name="order",
                        constraint=models.CheckConstraint(
                            check=models.Q(("kind__in", ["a", "b"]), ("kind__isnull", True), _connector="OR"), name="kinds"),
                    ),
                    migrations.RenameField(model_name="item", old_name="size", new_name="width"),
                    migrations.RunSQL(
                        sql="ALTER TABLE orders_item ADD CONSTRAINT w CHECK (width IN ('s', 'm'))",
                        reverse_sql="ALTER TABLE orders_item DROP CONSTRAINT w"),
                ]
            """,
        ])
        let status = try Made.column("shop_orders.status", in: schema)
        #expect(status.accepted == nil)
        #expect(status.kind == .text)
        #expect(status.longest == 20)
        #expect(!status.acceptsNull)
        #expect(try Made.column("shop_orders.kind", in: schema).accepted == ["a", "b"])
        #expect(try Made.column("shop_orders.owner_id", in: schema).kind == .other)
        #expect(try Made.column("orders_item.width", in: schema).accepted == ["s", "m"])
    }
}
