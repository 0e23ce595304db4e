import Testing

@testable import LockstepSources

/// What each language's files come to as tokens.
struct LexerTests {
    /// The tokens in short: words and marks as they are, strings in double quotes, symbols with a colon.
    private func short(_ text: String, _ language: SourceLanguage, isMarkup: Bool = false) -> String {
        Lexer.tokens(of: text, language: language, isMarkup: isMarkup).tokens.map { token in
            switch token.kind {
            case .string:
                "\"\(token.text.replacing(Token.placeholder, with: "·").replacing("\n", with: "⏎"))\""
            case .symbol: ":\(token.text)"
            case .pattern: "/\(token.text)/"
            case .word, .number, .mark: token.text
            }
        }.joined(separator: " ")
    }

    @Test(arguments: [
        ("x = 'a' # 'b'", #"x = "a""#),
        (#"x = f"a {y['k']} {{b}} {z!r:>{w}}" "c""#, #"x = "a · {b} ·" "c""#),
        (#"r'\d' + b"\x61\u00e9\n""#, #""\d" + "aé⏎""#),
        ("'''a\n'b' # c''' 'd'", #""a⏎'b' # c" "d""#),
        ("for x in 'open\ny = \"a", #"for x in "open" y = "a""#),
        ("a != b <= c ** d := e -> f", "a != b <= c ** d := e -> f"),
        (#"f'{f"{x}"}' 1"#, #""·" 1"#),
        (#"'a\'b' "\\" 'c'"#, #""a'b" "\" "c""#),
    ])
    func python(source: String, tokens: String) {
        #expect(short(source, .python) == tokens)
    }

    @Test func pythonsDocumentationIsNoValue() {
        let list = Lexer.tokens(
            of: """
                '''module "x"'''
                class A:
                    'of the class'
                    status = 'open'
                    call(
                        'argument'
                    )
                """, language: .python)
        #expect(
            list.tokens.filter(\.isString).map(\.isDocument) == [true, true, false, false])
    }

    @Test(arguments: [
        ("type A = 'a' | \"b\" // 'c'\n/* 'd' */ x", #"type A = "a" | "b" x"#),
        ("sql`a ${f(`b ${c}`, '}')} d` + e", #"sql "a · d" + e"#),
        (
            "x = a / b / 'c'; y = /['\"]/g.test(z); return /'/",
            #"x = a / b / "c" ; y = /['"]/ . test ( z ) ; return /'/"#
        ),
        ("<p>Don't</p>\nx = 'a'", #"< p > Don "t</p>" x = "a""#),
        ("a?.b ?? c?.d === e !== f => {...g}", "a ?. b ?? c ?. d === e !== f => { ... g }"),
        ("$a.$b_1", "$a . $b_1"),
        ("`a\\`b`", #""a`b""#),
        ("`${`a\n${b}\n`}` c", #""·" c"#),
        ("'\\u{e9}\\u00e9'", #""éé""#),
    ])
    func scripts(source: String, tokens: String) {
        #expect(short(source, .typescript) == tokens)
        #expect(short(source, .javascript) == tokens)
    }

    @Test(arguments: [
        (
            "const A Type = \"a\" // \"b\"\nvar q = `x 'y' \\` + 'z'",
            #"const A Type = "a" var q = "x 'y' \" + "z""#
        ),
        ("a := \"\\\"b\\\\\" <- c", #"a := ""b\" <- c"#),
    ])
    func go(source: String, tokens: String) {
        #expect(short(source, .go) == tokens)
    }

    @Test(arguments: [
        ("enum :status, { open: 'a' }, prefix: :x # 'b'", #"enum :status , { open : "a" } , prefix : :x"#),
        ("A = %w[a b\n c].freeze", #"A = [ "a" "b" "c" ] . freeze"#),
        ("%i(a b) + %q(c (d) e) + %(f #{g})", #"[ :a :b ] + "c (d) e" + "f ·""#),
        ("f(<<~SQL, x)\n  a 'b' #{c}\n  SQL\nd", #"f ( "  a 'b' ·⏎" , x ) d"#),
        ("f <<-'A', <<~B\nx #{y}\nA\nz\nB\ne", #"f "x #{y}⏎" , "z⏎" e"#),
        ("=begin\n'a'\n=end\n@b.c? !d! A::B", "@b . c? ! d! A :: B"),
        ("a << b; x << Y", "a < < b ; x < < Y"),
        (#"p(:"a b", ?x, /q'r/, a / b / c)"#, #"p ( :a b , "x" , /q'r/ , a / b / c )"#),
        ("x = 1\n__END__\n'a'", "x = 1"),
    ])
    func ruby(source: String, tokens: String) {
        #expect(short(source, .ruby) == tokens)
    }

    @Test(arguments: [
        ("enum A { X(\"x\"), Y } // \"z\"", #"enum A { X ( "x" ) , Y }"#),
        ("String a = \"\"\"\n  b 'c'\n  \"\"\"; 'd'", #"String a = "⏎  b 'c'⏎  " ; "d""#),
    ])
    func java(source: String, tokens: String) {
        #expect(short(source, .java) == tokens)
    }

    @Test(arguments: [
        ("val a = \"b $c ${d(\"e\")} \\$f\" /* /* */ 'x' */", #"val a = "b · · $f""#),
        ("enum class `A B`(val v: String) { X(\"x\") }", #"enum class A B ( val v : String ) { X ( "x" ) }"#),
        ("\"\"\"a \\n \"b\" $c\"\"\"", #""a \n "b" ·""#),
    ])
    func kotlin(source: String, tokens: String) {
        #expect(short(source, .kotlin) == tokens)
    }

    @Test(arguments: [
        (#"case `in` = "a \(f("b")) \n" /* /* */ "x" */"#, #"case in = "a · ⏎""#),
        ("#\"a \\(b) \\#(c) \"d\" \"#", #""a \(b) · "d" ""#),
        ("\"\"\"\n  a \"b\"\n  \"\"\" + x", #""⏎  a "b"⏎  " + x"#),
        ("#/a\"b/# + \"c\"", #"/a"b/ + "c""#),
    ])
    func swift(source: String, tokens: String) {
        #expect(short(source, .swift) == tokens)
    }

    @Test(arguments: [
        ("fn f<'a>(x: &'a str) -> char { 'b' }", #"fn f < ' a > ( x : & ' a str ) -> char { "b" }"#),
        ("r#\"a \"b\" \\\"# + b\"c\" + \"d\ne\" /* /* */ */", #""a "b" \" + "c" + "d⏎e""#),
        ("#[sqlx(rename = \"a\")] '\\'' 'é'", #"# [ sqlx ( rename = "a" ) ] "'" "é""#),
    ])
    func rust(source: String, tokens: String) {
        #expect(short(source, .rust) == tokens)
    }

    @Test(arguments: [
        (
            "SET \"status\" = 'it''s' -- 'x'\nWHERE `a` <> E'b\\'c' /* /* 'd' */ */",
            #"SET status = "it's" WHERE a <> "b'c""#
        ),
        ("DO $$ BEGIN 'a' $$; $x$ $$ $x$ $1::text", #"DO " BEGIN 'a' " ; " $$ " $1 :: text"#),
    ])
    func sql(source: String, tokens: String) {
        #expect(short(source, .sql) == tokens)
    }

    @Test func onlyTheScriptsOfAPageAreRead() {
        let page = "<p>it's</p>\n<script lang=\"ts\">\nconst a = 'b'\n</script>\n<style>x: 'y'</style>"
        #expect(short(page, .typescript, isMarkup: true) == #"const a = "b""#)
        let list = Lexer.tokens(of: page, language: .typescript, isMarkup: true)
        #expect(list.tokens.first?.line == 3)
    }

    @Test func linesAreCounted() throws {
        let list = Lexer.tokens(
            of: "a = '''x\ny\nz''' # one\nb = f\"\"\"p\n{q(\n)}\nr\"\"\"\n# two", language: .python)
        let strings = list.tokens.filter(\.isString)
        #expect(list.tokens.map(\.line) == [1, 1, 1, 4, 4, 4])
        let first = try #require(strings.first)
        #expect([0, 2, 4].map { first.line(at: $0) } == [1, 2, 3])
        let last = try #require(strings.last)
        #expect(last.holes.map(\.line) == [5])
        #expect(last.line(at: last.text.utf8.count - 1) == 7)
        #expect(list.comments == [.init(line: 3, text: " one"), .init(line: 8, text: " two")])
    }

    @Test func linesOfHereDocumentsAreCounted() throws {
        let list = Lexer.tokens(of: "a\nf(<<~A, <<~B)\none\ntwo\nA\nthree\nB\nz", language: .ruby)
        let strings = list.tokens.filter(\.isString)
        #expect(strings.map { $0.line(at: 0) } == [3, 6])
        #expect(strings.first?.line(at: 5) == 4)
        #expect(list.tokens.last?.line == 8)
    }

    @Test func bracketsFindEachOther() {
        let list = Lexer.tokens(of: "f(a, [b, c], {d: (e)}) ) ( ]", language: .javascript)
        #expect(list.close(of: 1) == list.tokens.lastIndex { $0.isMark("}") }.map { $0 + 1 })
        #expect(list.parts(in: 1).map(\.count) == [1, 5, 7])
        #expect(list.partners.suffix(3) == [-1, -1, -1])
        #expect(list.close(of: list.count - 2) == list.count)
    }
}
