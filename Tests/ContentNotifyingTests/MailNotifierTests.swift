import ContentNotifying
import Foundation
import Lockstep
import LockstepTesting
import Testing

/// Mails to a real server, and what its replies mean.
@Suite struct MailNotifierTests {
    private static func failure(_ notifier: MailNotifier, _ notice: Notice = .whole) async throws -> Failure {
        let failure = await #expect(throws: Failure.self) { try await notifier.notify(notice, key: "k") }
        return try #require(failure)
    }

    // MARK: The mail

    @Test(.timeLimit(.minutes(5))) func aMailSaysWhatTheNoticeDoes() async throws {
        var box = try await Postbox()
        let office = try PostOffice()
        let server = try MailServer("smtp://127.0.0.1:\(box.port)")
        let notifier = try office.notifier(server, time: TestTime())
        try await notifier.notify(.whole, key: "019b7a:completed")
        let mail = try await box.next()
        #expect(mail["from"] == .string(PostOffice.sender) && mail["to"] == ["anna@example.org"])
        #expect(mail["defects"] == [] && mail["plain"] == true && mail["count"] == 9)
        let headers = try #require(mail["headers"])
        #expect(headers["from"] == "Lockstep <videos@learn.example.org>")
        #expect(headers["to"] == "anna@example.org")
        #expect(headers["subject"] == "Your video is ready: Why is the sky blue?")
        #expect(headers["date"] == "Thu, 01 Jan 2026 00:00:00 +0000")
        #expect(headers["message-id"]?.text?.hasSuffix("@learn.example.org>") == true)
        #expect(headers["auto-submitted"] == "auto-generated")
        #expect(
            mail["words"] == """
                Your video is ready.

                Your question: Why is the sky blue?
                Watch it: https://learn.example.org/api/content/requests/019b7a/video
                Length: 1 min 15 s

                Request 019b7a (completed)

                """)
        #expect(try office.left() == [])
    }

    @Test(.timeLimit(.minutes(5))) func aNoticeWithoutVideoSaysSo() async throws {
        var box = try await Postbox()
        let notifier = try PostOffice().notifier(try MailServer("smtp://localhost:\(box.port)"))
        try await notifier.notify(
            Notice(request: "r", status: "failed", question: "Q?", owner: "anna@localhost"), key: "k")
        let mail = try await box.next()
        #expect(mail["headers"]?["subject"] == "There is no video for your question: Q?")
        #expect(
            mail["words"]
                == "There is no video for your question.\n\nYour question: Q?\n\nRequest r (failed)\n")
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            ("Größe & Maß: warum ist der Himmel über Köln so blau, und seit wann eigentlich? 🌤️", true),
            (String(repeating: "a", count: 900), false), ("x =?UTF-8?Q?evil?= y", true),
            ("\u{202E}\u{7}", true),
            ("", true),
        ]) func anyQuestionFitsTheSubject(question: String, isWhole: Bool) async throws
    {
        var box = try await Postbox()
        let notifier = try PostOffice().notifier(
            try MailServer("smtp://127.0.0.1:\(box.port)"),
            name: "Videos \"für\" \\ alle\r\nBcc: x@example.org")
        var notice = Notice.whole
        notice.question = question
        try await notifier.notify(notice, key: "k")
        let mail = try await box.next()
        let headers = try #require(mail["headers"])
        #expect(mail["count"] == 9 && headers["bcc"] == nil && mail["defects"] == [])
        #expect(try #require(mail["longest"]?.double) <= 78)
        let subject = try #require(headers["subject"]?.text)
        if isWhole {
            #expect(
                subject == "Your video is ready: \(question)"
                    || question.isEmpty && subject == "Your video is ready:")
        } else {
            #expect(subject.hasSuffix("aaa…") && subject.count == 120)
        }
        #expect(mail["words"]?.text?.contains("Your question: \(question)\n") == true)
        #expect(
            headers["from"]?.text?.hasSuffix("<videos@learn.example.org>") == true
                && headers["from"]?.text?.contains("für") == true)
    }

    // MARK: Injection

    @Test(.timeLimit(.minutes(5))) func nothingInANoticeBecomesAHeader() async throws {
        var box = try await Postbox()
        let notifier = try PostOffice().notifier(try MailServer("smtp://127.0.0.1:\(box.port)"))
        let evil = "x\r\nBcc: eve@example.org\r\n\r\n.\r\nRCPT TO:<eve@example.org>\n.\n"
        let notice = Notice(
            request: evil, status: evil, question: evil, video: evil, duration: .nan,
            owner: "anna@example.org")
        try await notifier.notify(notice, key: "k")
        let mail = try await box.next()
        #expect(mail["to"] == ["anna@example.org"] && mail["count"] == 9 && mail["defects"] == [])
        #expect(
            mail["headers"]?["subject"]
                == "Your video is ready: x Bcc: eve@example.org . RCPT TO:<eve@example.org> .")
        #expect(try await box.end() == [])
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "", "anna", "@example.org", "anna@", "anna@@example.org",
            "anna@example.org>\r\nRCPT TO:<eve@example.org",
            "anna@example.org\n", "anna@example.org, eve@example.org", "Anna <anna@example.org>",
            "an na@example.org",
            "\"an na\"@example.org", ".anna@example.org", "anna.@example.org", "an..na@example.org",
            "anna@[127.0.0.1]", "anna@-example.org", "anna@example-.org", "anna@exämple.org",
            "änna@example.org",
            "anna@example..org", "anna@example.org.", "anna@exa_mple.org", "anna@example.org\" SIZE=1",
            "a\0b@example.org", String(repeating: "a", count: 65) + "@example.org",
            "a@" + String(repeating: "b", count: 64) + ".org",
            "a@" + Array(repeating: "bbbbbbbbb", count: 26).joined(separator: "."),
        ]) func anAddressThatIsNoneIsTheUsersToMend(owner: String) async throws
    {
        #expect(MailAddress(owner) == nil)
        let office = try PostOffice()
        // Nobody is asked: nobody listens there.
        let notifier = try office.notifier(try MailServer("smtp://127.0.0.1:1"))
        var notice = Notice.whole
        notice.owner = owner
        let failure = try await Self.failure(notifier, notice)
        #expect(failure.audience == .userFixable && failure.code == "mail_recipient")
        #expect(try office.left() == [])
    }

    @Test(arguments: [
        "anna@example.org", "a@b", "o'brien+tag{x}@sub.Example.ORG", "-anna@xn--exmple-cua.org",
    ])
    func anAddressIsTakenAsItIs(text: String) throws {
        let address = try #require(MailAddress(text))
        #expect(address.description == text && address.domain == address.domain.lowercased())
    }

    @Test(.timeLimit(.minutes(5))) func whoHasNoAddressAndWhichKeyIsNone() async throws {
        let notifier = try PostOffice().notifier(try MailServer("smtp://127.0.0.1:1"))
        var notice = Notice.whole
        notice.owner = nil
        #expect(try await Self.failure(notifier, notice).audience == .userFixable)
        let failure = await #expect(throws: Failure.self) {
            try await notifier.notify(.whole, key: "k\r\nBcc: eve@example.org")
        }
        #expect(failure?.code == "bad_notice_key")
    }

    // MARK: Replies

    @Test(.timeLimit(.minutes(5))) func aMailThatIsSentAgainIsTheSame() async throws {
        var box = try await Postbox(
            "--answer", "DATA=451", "--answer", "MAIL=421", "--answer", "RCPT=452,552")
        let notifier = try PostOffice().notifier(try MailServer("smtp://127.0.0.1:\(box.port)"))
        for _ in 1...4 {
            let failure = try await Self.failure(notifier)
            #expect(failure.audience == .temporary && failure.code == "mail_refused_now", "\(failure)")
        }
        try await notifier.notify(.whole, key: "k")
        try await notifier.notify(.whole, key: "another")
        var ids: [JSONValue?] = []
        for refused in [true, false, false] {
            let mail = try await box.next()
            #expect((mail["refused"] == "451 as told") == refused)
            ids.append(mail["headers"]?["message-id"])
        }
        #expect(ids[0] != nil && ids[0] == ids[1] && ids[1] != ids[2])
        #expect(try await box.end() == [])
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            ("MAIL=550", Failure.Audience.adminRequired, "mail_refused"),
            ("MAIL=553", .adminRequired, "mail_refused"),
            ("RCPT=550", .userFixable, "mail_recipient"), ("RCPT=551", .userFixable, "mail_recipient"),
            ("RCPT=553", .userFixable, "mail_recipient"), ("RCPT=501", .userFixable, "mail_recipient"),
            ("RCPT=554", .adminRequired, "mail_refused"), ("RCPT=530", .adminRequired, "mail_refused"),
            ("RCPT=450", .temporary, "mail_refused_now"), ("DATA=554", .adminRequired, "mail_refused"),
            ("DATA=552", .adminRequired, "mail_refused"), ("DATA=550", .adminRequired, "mail_refused"),
            ("MAIL=451", .temporary, "mail_refused_now"),
        ]) func repliesSayWhoCanAct(answer: String, audience: Failure.Audience, code: String) async throws
    {
        let box = try await Postbox("--answer", answer)
        let office = try PostOffice()
        let failure = try await Self.failure(
            try office.notifier(try MailServer("smtp://127.0.0.1:\(box.port)")))
        #expect(failure.audience == audience && failure.code == code, "\(failure)")
        #expect(failure.message.contains(String(answer.suffix(3))))
        #expect(try office.left() == [])
    }

    @Test(.timeLimit(.minutes(5))) func nobodyThere() async throws {
        let failure = try await Self.failure(
            try PostOffice().notifier(try MailServer("smtp://127.0.0.1:1")))
        #expect(failure.audience == .temporary && failure.code == "mail_unreachable", "\(failure)")
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["CONNECT", "MAIL", "RCPT", "DATA"])
    func aServerThatSaysNothingIsNotWaitedFor(command: String) async throws {
        var box = try await Postbox("--hang", command)
        let office = try PostOffice()
        let notifier = try office.notifier(
            try MailServer("smtp://127.0.0.1:\(box.port)"), timeout: .seconds(5))
        let failure = try await Self.failure(notifier)
        #expect(failure.audience == .temporary && failure.code == "mail_timeout", "\(failure)")
        #expect(try await box.next() == ["hangs": .string(command)])
        #expect(try office.left() == [])
    }

    // MARK: Login

    private static let password = "p\"a\\ss {x}[1] #%20 $é:;'"

    @Test(.timeLimit(.minutes(5))) func whoeverHasThePasswordMaySend() async throws {
        var box = try await Postbox("--login", "anna@x", Self.password)
        let office = try PostOffice()
        let url = "smtp://anna%40x@127.0.0.1:\(box.port)"
        try await office.notifier(try MailServer(url, password: Self.password)).notify(.whole, key: "k")
        #expect(try await box.next()["user"] == "anna@x")
        let failure = try await Self.failure(try office.notifier(try MailServer(url, password: "another")))
        #expect(failure.audience == .adminRequired && failure.code == "mail_login", "\(failure)")
        #expect(!failure.message.contains("another"))
        let nobody = try await Self.failure(
            try office.notifier(try MailServer("smtp://127.0.0.1:\(box.port)")))
        #expect(nobody.audience == .adminRequired && nobody.code == "mail_refused", "\(nobody)")
        #expect(try await box.end() == [])
    }

    @Test(.timeLimit(.minutes(5))) func aLoginThatFailsForNowIsTriedAgain() async throws {
        let box = try await Postbox("--login", "anna", "secret-word", "--answer", "AUTH=454")
        let server = try MailServer("smtp://anna@127.0.0.1:\(box.port)", password: "secret-word")
        let notifier = try PostOffice().notifier(server)
        let failure = try await Self.failure(notifier)
        #expect(failure.audience == .temporary && failure.code == "mail_refused_now", "\(failure)")
        try await notifier.notify(.whole, key: "k")
    }

    @Test(.timeLimit(.minutes(5))) func nobodySeesThePassword() async throws {
        let password = "seen-\(UUID().uuidString)"
        var box = try await Postbox("--login", "anna", password, "--hang", "MAIL")
        let office = try PostOffice()
        let server = try MailServer("smtp://anna@127.0.0.1:\(box.port)", password: password)
        let notifier = try office.notifier(server)
        var shown = ""
        dump(notifier, to: &shown)
        #expect(!"\(server) \(String(reflecting: notifier)) \(shown)".contains(password))
        let sending = Task { try await notifier.notify(.whole, key: "k") }
        #expect(try await box.next() == ["hangs": "MAIL"])
        // It has said its password, and waits.
        var seen = 0
        for process in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(process) != nil
        {
            // A process may be gone by now.
            guard let words = FileManager.default.contents(atPath: "/proc/\(process)/cmdline"),
                String(decoding: words, as: UTF8.self).contains("curl\0-q\0-K\0-\0")
            else { continue }
            seen += 1
            let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ") ?? Data()
            #expect(!String(decoding: words + environment, as: UTF8.self).contains(password))
        }
        #expect(seen > 0)
        for case let file as String in try #require(
            FileManager.default.enumerator(atPath: office.scratch.folder))
        {
            let content = FileManager.default.contents(atPath: office.scratch.path(file)) ?? Data()
            #expect(!String(decoding: content, as: UTF8.self).contains(password))
        }
        sending.cancel()
        await #expect(throws: CancellationError.self) { try await sending.value }
        #expect(try office.left() == [])
    }

    // MARK: TLS

    /// A certificate for this machine's address, with its key.
    private static func certificate(in scratch: Scratch) async throws -> (certificate: String, key: String) {
        let (certificate, key) = (scratch.path("certificate.pem"), scratch.path("key.pem"))
        let words = [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail",
            "-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key,
        ]
        let process = try ChildProcess(URL(filePath: "/usr/bin/env"), words, complaints: .withOutput)
        let said = await process.text()
        #expect(await process.ended() == .exited(0), "\(said)")
        return (certificate, key)
    }

    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func aConnectionIsKeptFromOthers(isImplicit: Bool) async throws {
        let office = try PostOffice()
        let (certificate, key) = try await Self.certificate(in: office.scratch)
        let options = ["--tls", certificate, key, "--login", "anna", Self.password]
        var box = try await Postbox(options + (isImplicit ? ["--implicit"] : []))
        let url = "\(isImplicit ? "smtps" : "smtp")://anna@127.0.0.1:\(box.port)"
        let trusted = try MailServer(url, password: Self.password, certificates: certificate, plain: .never)
        try await office.notifier(trusted).notify(.whole, key: "k")
        let mail = try await box.next()
        #expect(mail["tls"] == true && mail["user"] == "anna")
        // The system knows nobody who signed it.
        let strange = try MailServer(url, password: Self.password, plain: .never)
        let failure = try await Self.failure(try office.notifier(strange))
        #expect(failure.audience == .adminRequired && failure.code == "mail_security", "\(failure)")
        // It is not this name's.
        let other = try MailServer(
            url.replacing("127.0.0.1", with: "localhost"), password: Self.password, certificates: certificate,
            plain: .never)
        #expect(try await Self.failure(try office.notifier(other)).code == "mail_security")
        #expect(try await box.end() == [])
    }

    @Test(.timeLimit(.minutes(5))) func withoutTLSNothingIsSaid() async throws {
        var box = try await Postbox("--login", "anna", Self.password)
        let server = try MailServer(
            "smtp://anna@127.0.0.1:\(box.port)", password: Self.password, plain: .never)
        let failure = try await Self.failure(try PostOffice().notifier(server))
        #expect(failure.audience == .adminRequired && failure.code == "mail_security", "\(failure)")
        #expect(try await box.end() == [])
    }
}
