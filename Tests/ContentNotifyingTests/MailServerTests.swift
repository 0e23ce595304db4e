import ContentNotifying
import Lockstep
import Testing

@Suite struct MailServerTests {
    @Test(
        arguments: [
            ("smtp://mail.example.org", nil, "smtp://mail.example.org:587"),
            ("SMTPS://Mail.Example.org/", nil, "smtps://mail.example.org:465"),
            ("smtp://anna@127.0.0.1:25", "secret", "smtp://127.0.0.1:25"),
            ("smtps://a%40b@[::1]", "secret", "smtps://[::1]:465"),
        ] as [(String, String?, String)]) func addresses(url: String, password: String?, shown: String) throws
    {
        let server = try MailServer(url, password: password)
        #expect("\(server)" == shown && String(reflecting: server) == shown)
    }

    @Test(
        arguments: [
            ("", nil), ("mail.example.org", nil), ("http://mail.example.org", nil), ("smtp://", nil),
            ("smtp://anna:secret@mail.example.org", nil), ("smtp://mail.example.org/path", nil),
            ("smtp://mail.example.org?x", nil), ("smtp://mail.example.org#x", nil),
            ("smtp://mail.example.org:0", nil),
            ("smtp://mail.example.org:65536", nil), ("smtp://anna@mail.example.org", nil),
            ("smtp://mail.example.org", "secret"), ("smtp://anna@mail.example.org", ""),
            ("smtp://anna@mail.example.org", "secret\nurl = \"file:///etc/passwd\""),
            ("smtp://an%0Ana@mail.example.org", "secret"), ("smtp://an%3Ana@mail.example.org", "secret"),
            ("smtp://anna@mail.example.org", String(repeating: "s", count: 257)),
            ("smtp://mail_.example.org", nil),
            ("smtp://-mail.example.org", nil), ("smtp://mail%22.example.org", nil),
            ("smtp://m\u{e4}il.example.org", nil),
        ] as [(String, String?)]) func whatIsNoServer(url: String, password: String?)
    {
        let failure = #expect(throws: Failure.self) { try MailServer(url, password: password) }
        #expect(failure?.audience == .adminRequired && failure?.code == "bad_mail_server")
        #expect(failure?.message.contains("secret") == false)
    }

    @Test(arguments: ["certificates.pem", "/a\nb", "/" + String(repeating: "a", count: 1024)])
    func whatIsNoFileOfCertificates(path: String) {
        #expect(throws: Failure.self) { try MailServer("smtp://mail.example.org", certificates: path) }
    }
}
