import Foundation
import Lockstep
import LockstepSandbox
import Logging
import Synchronization

/// Sends notices by mail, through a server that takes them from us (SMTP, RFC 5321).
///
/// It is spoken to by curl, in a process of its own that has a time and a limit for everything. The user and the
/// password are neither among its arguments nor in its environment nor in a file. A notice that is sent again carries
/// the same `Message-ID`.
public struct MailNotifier: Notifier {
    private let server: MailServer
    private let sender: MailAddress
    private let name: String
    private let scratch: String
    private let timeout: Duration
    private let time: any TimeSource
    private let sandbox: Sandbox

    /// Makes a notifier.
    /// - Parameters:
    ///   - sender: the address that notices come from, to which those go that cannot be delivered later.
    ///   - name: the sender's name.
    ///   - scratch: a folder for the files of the moment; it is made when it is missing.
    ///   - timeout: how long sending one may take.
    ///   - time: what mails are dated by.
    public init(
        _ server: MailServer, from sender: MailAddress, named name: String = "Lockstep", scratch: String,
        timeout: Duration = .seconds(60), time: any TimeSource = SystemTime(),
        logger: Logger = Logger(label: "content.notifying")
    ) {
        self.server = server
        self.sender = sender
        self.name = name
        self.scratch = scratch
        self.timeout = timeout
        self.time = time
        // curl keeps the time itself; what holds it up beyond that is the machine.
        var sandbox = Sandbox(
            limits: SandboxLimits(
                time: timeout + .seconds(5), processorSeconds: 30, memory: 1 << 30, output: 1 << 20),
            logger: logger)
        sandbox.reachesNetwork = true
        self.sandbox = sandbox
    }

    /// Sends a notice to its owner.
    public func notify(_ notice: Notice, key: String) async throws {
        try check(key)
        guard let address = notice.owner else {
            throw Failure.userFixable(
                "the request's owner has no mail address; give one", code: "mail_recipient")
        }
        guard let owner = MailAddress(address) else {
            throw Failure.userFixable(
                "the owner's mail address is none that can be sent to; give one like name@example.org",
                code: "mail_recipient")
        }
        let mail = MailMessage(notice, key: key, from: sender, named: name, to: owner, at: time.now())
        let said = Mutex<[UInt8]>([])
        do {
            try await SandboxFolder.with(in: scratch) { folder in
                let file = "\(folder.path)/mail"
                try await Offload.run { _ in try Data(mail.text.utf8).write(to: URL(filePath: file)) }
                let order = CurlOrder(server, from: sender, to: owner, file: file, limit: timeout)
                // The first word keeps it from reading a configuration of somebody else's.
                _ = try await sandbox.run(
                    "curl", ["-q", "-K", "-"], in: folder.newPlace(), given: Array(order.text.utf8), into: ()
                ) { _, bytes in
                    said.withLock { $0 += bytes }
                }
            }
        } catch let error as SandboxError {
            let code = Int(String(decoding: said.withLock { $0 }, as: UTF8.self))
            throw MailVerdict.failure(error, code: code.flatMap { $0 > 0 ? $0 : nil }, to: owner)
        }
    }
}
