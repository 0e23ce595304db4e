import LockstepSQL
import Testing

/// Addresses of databases, and what of them people may see.
@Suite struct DatabaseAddressTests {
    @Test(arguments: [
        ("postgres://h/db", true), ("postgresql://h/db", true), ("Postgres://h", true),
        ("jobs.sqlite", false),
        ("postgres", false), ("./postgres://h", false), ("mysql://h/db", false),
    ])
    func aURLIsToldFromAPath(_ text: String, _ isURL: Bool) {
        #expect(DatabaseAddress(text) == (isURL ? .postgres(text) : .file(text)))
    }

    @Test(arguments: [
        ("postgres://h:5432/db", "postgres://h:5432/db"),
        ("postgres://anna@h/db", "postgres://anna@h/db"),
        ("postgres://anna:secret@h/db", "postgres://anna@h/db"),
        (
            "postgres://anna:secret@h1:1,h2:2/db?target_session_attrs=read-write",
            "postgres://anna@h1:1,h2:2/db"
        ),
        ("postgres://:secret@h/db", "postgres://@h/db"),
        // Not encoded as they should be.
        ("postgres://anna:sec@ret@h/db", "postgres://anna@h/db"),
        ("postgres://anna:sec/ret@h/db", "postgres://anna@h/db"),
        ("postgres://anna:sec?ret@h/db", "postgres://anna@h/db"),
        ("postgres:///db?host=/tmp/x&password=secret&port=1", "postgres:///db?host=/tmp/x&port=1"),
        ("postgres:///db?user=anna&sslpassword=secret", "postgres:///db?user=anna"),
        ("postgres:///db?password=secret", "postgres:///db"),
        ("postgres:///db?passwor%64=secret", "postgres:///db"),
    ])
    func noPasswordIsShown(_ url: String, _ shown: String) {
        #expect(DatabaseAddress(url).description == shown)
        #expect(!"\(DatabaseAddress(url))".contains("secret"))
    }

    @Test func aPathIsShownAsItIs() {
        #expect("\(DatabaseAddress("a:b@c?password=d"))" == "a:b@c?password=d")
    }
}
