import Foundation
import Logging
import LockstepTesting
import Testing
import TicketExport

@testable import TicketServices

/// A server with a certificate that nobody has signed.
@Suite(.timeLimit(.minutes(5))) struct CertificateTests {
    private static func program(_ words: [String]) throws -> ChildProcess {
        try ChildProcess(URL(filePath: "/usr/bin/env"), ["openssl"] + words, complaints: .withOutput)
    }

    @Test func whoCannotBeTrustedIsSentNothing() async throws {
        let scratch = try Scratch()
        let (certificate, key) = (scratch.path("certificate.pem"), scratch.path("key.pem"))
        let making = try Self.program([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=jira", "-addext",
            "subjectAltName=IP:127.0.0.1", "-out", certificate, "-keyout", key,
        ])
        let said = await making.text()
        #expect(await making.ended() == .exited(0), "\(said)")
        let server = try Self.program([
            "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificate, "-key", key,
        ])
        var heard: [String] = []
        for await line in server.lines {
            heard.append(line)
            guard line.hasPrefix("ACCEPT "), let port = line.split(separator: ":").last else { continue }
            let credentials = try #require(JiraCredentials(email: "a@example.com", token: "secret"))
            let site = try JiraSite(address: "https://127.0.0.1:\(port)", credentials: credentials)
            let silence = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            await #expect(throws: JiraUnsent("the certificate that was shown cannot be trusted")) {
                try await HTTPJira(site, logger: silence).send(.search(labels: ["x"], project: "WEB"))
            }
            server.send(SIGTERM)
        }
        _ = await server.ended()
        #expect(heard.contains { $0.hasPrefix("ACCEPT ") }, "\(heard)")
    }
}
