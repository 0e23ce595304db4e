import Testing

@testable import LockstepSources

/// Every way to state a set of values, in every language.
struct VocabularyTests {
    /// The vocabularies of a file in short: `Order.Status enum [OPEN=open]`.
    private func short(_ name: String, _ text: String) throws -> [String] {
        let file = try #require(SourceFile(path: name, text: text))
        return CodeReader.read(file, columns: ["status"]).vocabularies.map { vocabulary in
            let members = vocabulary.members.map { member in
                member.name.map { name in member.value.map { "\(name)=\($0)" } ?? name } ?? member.value
                    ?? "?"
            }
            let title = (vocabulary.owners + [vocabulary.name]).joined(separator: ".")
            return
                "\(title) \(vocabulary.kind.rawValue)\(vocabulary.isOpen ? "…" : "") [\(members.joined(separator: " "))]"
        }
    }

    @Test(arguments: [
        (
            "class S(str, Enum):\n    '''Doc.'''\n    A = 'a'\n    # B = 'b'\n    C = 'c'\n\n    def f(self):\n        x = 'no'\n",
            "S enum [A=a C=c]"
        ),
        ("class S(StrEnum):\n    A = auto()\n    B_C = enum.auto()\n", "S enum [A=a B_C=b_c]"),
        ("class S(Enum):\n    A = auto()\n    B = auto()\n", "S enum [A B]"),
        (
            "class S(models.TextChoices):\n    A = 'a', _('Label a')\n    B = 'b', 'Label'\n",
            "S enum [A=a B=b]"
        ),
        ("class S:\n    OPEN = 'open'\n    DONE = 'done'\n", "S enum [OPEN=open DONE=done]"),
        ("S = Literal['a', 'b']\n", "S union [a b]"),
        ("S: TypeAlias = Literal['a', 'b']\n", "S union [a b]"),
        ("type S = Literal['a', 'b']\n", "S union [a b]"),
        ("class M(BaseModel):\n    status: Optional[Literal['a', 'b']] = None\n", "M.status union [a b]"),
        ("STATUSES = ['a', 'b']\n", "STATUSES list [a b]"),
        ("STATUSES = frozenset({'a', 'b'})\n", "STATUSES list [a b]"),
        ("CHOICES = (('a', 'Label A'), ('b', 'Label B'))\n", "CHOICES choices [a b]"),
        (
            "STATUS_OPEN = 'open'\nSTATUS_DONE = 'done'\n",
            "status constants [STATUS_OPEN=open STATUS_DONE=done]"
        ),
        ("p.add_argument('--status', type=str, choices=['a', 'b'])\n", "status choices [a b]"),
    ])
    func python(source: String, vocabulary: String) throws {
        #expect(try short("a.py", source) == [vocabulary])
    }

    @Test func numbersAreNoVocabulary() throws {
        #expect(try short("a.py", "class S(IntEnum):\n    A = 1\n    B = 2\n") == [])
        #expect(try short("a.ts", "enum S { A, B }") == [])
    }

    @Test func aMapIsItsKeysAndItsValues() throws {
        #expect(
            try short("a.py", "M = {'a': 'x', 'b': 'y'}\n") == ["M keys [a b]", "M values [a=x b=y]"])
        #expect(
            try short("a.ts", "const M = { A: 'x', B: 'y' } as const") == [
                "M keys [A B]", "M values [A=x B=y]",
            ])
    }

    @Test(arguments: [
        ("export type S = 'a' | \"b\";\nlet x = 'c'", "S union [a b]"),
        ("type S =\n  | 'a'\n  // | 'x'\n  | 'b'\n", "S union [a b]"),
        ("type S = 'a' | 'b' | null | undefined", "S union [a b]"),
        ("type S = 'a' | 'b' | Other", "S union… [a b]"),
        ("enum S { A = 'a', B = \"b\" }", "S enum [A=a B=b]"),
        ("export const enum S { A = 'a' }", "S enum [A=a]"),
        ("const S = ['a', 'b'] as const", "S list [a b]"),
        ("const S: readonly T[] = ['a', 'b']", "S list [a b]"),
        ("const S = new Set<string>(['a', 'b'])", "S list [a b]"),
        ("const s = z.enum(['a', 'b'])", "s validator [a b]"),
        ("const s = z.object({ status: z.enum(['a', 'b']).optional() })", "s.status validator [a b]"),
        ("const s = z.union([z.literal('a'), z.literal('b')])", "s validator [a b]"),
        ("const s = { status: Joi.string().valid('a', 'b') }", "s.status validator [a b]"),
        ("body('status').isIn(['a', 'b'])", "status validator [a b]"),
        ("new Schema({ status: { type: String, enum: ['a', 'b'] } })", "status validator [a b]"),
        ("sequelize.define('x', { status: DataTypes.ENUM('a', 'b') })", "status validator [a b]"),
        ("export const e = pgEnum('order_status', ['a', 'b'])", "e.order_status validator [a b]"),
        ("interface Order { id: string; status?: 'a' | 'b' }", "Order.status union [a b]"),
    ])
    func scripts(source: String, vocabulary: String) throws {
        #expect(try short("a.ts", source).contains(vocabulary))
    }

    @Test func aTypeMadeOfAnotherIsNoVocabulary() throws {
        #expect(try short("a.ts", "type A = Exclude<S, 'a'>; type B = Pick<S, 'a' | 'b'>") == [])
        #expect(try short("a.ts", "type A<T> = T extends 'a' | 'b' ? 'c' : 'd'") == [])
    }

    @Test func scriptsInPagesAreRead() throws {
        #expect(
            try short("a.vue", "<p>'x' | 'y'</p><script setup lang=\"ts\">\ntype S = 'a' | 'b'\n</script>")
                == ["S union [a b]"])
    }

    @Test(arguments: [
        (
            "package p\n\ntype S string\n\nconst (\n\t// A is.\n\tA S = \"a\"\n\tB S = \"b\" // no \"c\"\n)\n",
            "p.S enum [A=a B=b]"
        ),
        ("package p\n\nconst A S = \"a\"\nconst B = S(\"b\")\n", "p.S enum [A=a B=b]"),
        (
            "package p\n\nconst (\n\tStatusA = \"a\"\n\tStatusB = \"b\"\n)\n",
            "status constants [StatusA=a StatusB=b]"
        ),
        ("package p\n\nvar statuses = []string{\"a\", \"b\"}\n", "statuses list [a b]"),
        ("package p\n\nvar ok = map[string]bool{\n\t\"a\": true,\n\t\"b\": true,\n}\n", "ok keys [a b]"),
    ])
    func go(source: String, vocabulary: String) throws {
        #expect(try short("a.go", source).contains(vocabulary))
    }

    @Test(arguments: [
        (
            "class Order < ApplicationRecord\n  enum :status, { open: \"open\", done: \"finished\" }\nend\n",
            "Order.status enum [open=open done=finished]"
        ),
        (
            "class Order < ApplicationRecord\n  enum status: { open: 'open' }, _prefix: true\nend\n",
            "Order.status enum [open=open]"
        ),
        (
            "class Order < ApplicationRecord\n  enum :status, %w[a b].index_with(&:itself)\nend\n",
            "Order.status enum [a b]"
        ),
        ("class Order\n  STATUSES = %w[a b].freeze\nend\n", "Order.STATUSES list [a b]"),
        ("class Order\n  STATUSES = { a: \"a\", b: \"c\" }.freeze\nend\n", "Order.STATUSES values [a=a b=c]"),
        (
            "class Order < ApplicationRecord\n  validates :status, inclusion: { in: %w[a b] }\nend\n",
            "Order.status validator [a b]"
        ),
        (
            "class Order < ApplicationRecord\n  aasm column: :status do\n    state :a, initial: true\n    state :b, :c\n    event :go do\n      transitions from: :a, to: :b\n    end\n  end\nend\n",
            "Order.status machine [a b c]"
        ),
        (
            "class Order\n  state_machine :status, initial: :a do\n    state :a\n    state :b\n  end\nend\n",
            "Order.status machine [a b]"
        ),
    ])
    func ruby(source: String, vocabulary: String) throws {
        #expect(try short("a.rb", source).contains(vocabulary))
    }

    @Test func rubysNumbersAreNoVocabularyOfText() throws {
        #expect(
            try short(
                "a.rb",
                "class O < ApplicationRecord\n  enum :status, [:a, :b]\n  enum :kind, { a: 0, b: 1 }\nend\n")
                == [])
    }

    @Test(arguments: [
        ("a.java", "public enum S { A, B; void f() {} }", "S enum [A B]"),
        (
            "a.java",
            "enum S {\n  @JsonProperty(\"x\") A(\"a\"), // no\n  B(\"b\", 2);\n  private final String v;\n}",
            "S enum [A=a B=b]"
        ),
        (
            "a.kt", "enum class S(val v: String) { A(\"a\"), B(\"b\") { override fun f() = 1 } }",
            "S enum [A=a B=b]"
        ),
        ("a.kt", "val all = listOf(\"a\", \"b\")", "all list [a b]"),
        (
            "a.java",
            "class C { static final String STATUS_A = \"a\"; public static final String STATUS_B = \"b\"; }",
            "status constants [STATUS_A=a STATUS_B=b]"
        ),
        (
            "a.swift",
            "extension Build { enum Status: String, Codable { case ok, failed = \"fail\"; case a, b } }",
            "Build.Status enum [ok=ok failed=fail a=a b=b]"
        ),
        ("a.swift", "struct S { static let all = [\"a\", \"b\"] }", "S.all list [a b]"),
        (
            "a.rs",
            "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"s\", rename_all = \"snake_case\")]\npub enum S { InProgress, #[sqlx(rename = \"fin\")] Done }",
            "S enum [InProgress=in_progress Done=fin]"
        ),
        (
            "a.rs", "#[sqlx(rename_all = \"lowercase\")]\nenum S { InProgress, Done }",
            "S enum [InProgress=inprogress Done=done]"
        ),
        (
            "a.rs",
            "impl S { fn as_str(&self) -> &str { match self { Self::A => \"a\", Self::B => \"b\" } } }",
            "S enum [A=a B=b]"
        ),
    ])
    func others(name: String, source: String, vocabulary: String) throws {
        #expect(try short(name, source).contains(vocabulary))
    }

    @Test func whatRustTestsIsLeftOut() throws {
        #expect(
            try short("a.rs", "#[cfg(test)]\nmod tests { enum S { A, B } }\nenum T { C, D }") == [
                "T enum [C D]"
            ])
    }

    @Test func casesWithValuesAreNoStatus() throws {
        #expect(try short("a.rs", "enum E { A(String), B }") == [])
    }
}
