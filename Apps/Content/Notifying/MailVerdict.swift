import Lockstep
import LockstepSandbox

/// What became of a mail that was not accepted, and who can do something about it.
///
/// Replies are those of RFC 5321, 4.2: 4xx may pass by itself, 5xx will not. Exit codes are those of curl(1).
enum MailVerdict {
    /// - Parameters:
    ///   - code: the server's last reply; `nil` when it gave none.
    ///   - owner: whom the mail was for.
    static func failure(_ error: SandboxError, code: Int?, to owner: MailAddress) -> Failure {
        guard error.kind == .failed, let exit = error.exitCode else { return ours(error) }
        if exit != 28, let code, error.complaints.contains("RCPT failed"),
            let failure = Self.failure(ofRecipient: owner, code)
        {
            return failure
        }
        switch (exit, code ?? 0) {
        case (28, _): return late
        case (_, 400..<500):
            return .temporary(
                "the mail server refuses the notice for now (\(code ?? 0))", code: "mail_refused_now")
        case (67, _), (94, _):
            return .adminRequired(
                "the mail server does not accept the user and password (\(code ?? 0)); set valid ones",
                code: "mail_login")
        case (_, 500..<600): return refused(code)
        case (64, _):
            return .adminRequired(
                "the mail server offers no STARTTLS, and without it nothing is said to it; use smtps, or allow plain",
                code: "mail_security")
        case (58...60, _), (77, _), (83, _), (90, _), (91, _):
            return .adminRequired(
                "the mail server's certificate cannot be trusted (curl \(exit)); name the file of certificates that it "
                    + "is to be checked by, or correct its address", code: "mail_security")
        // Nothing else can be wrong with these than the address, the network or the server at this moment.
        case (5...8, _), (16, _), (35, _), (52, _), (55...56, _):
            return .temporary(
                "the mail server could not be reached, or the connection broke (curl \(exit))",
                code: "mail_unreachable")
        default:
            return .adminRequired(
                "curl cannot send mail here (curl \(exit)); install one that speaks smtp",
                code: "mail_program")
        }
    }

    /// What a reply says about the recipient; `nil` when it says something about us.
    private static func failure(ofRecipient owner: MailAddress, _ code: Int) -> Failure? {
        switch code {
        case 501, 550, 551, 553, 556:
            .userFixable(
                "the mail server does not accept the address '\(owner)' (\(code)); give one that exists",
                code: "mail_recipient")
        case 552:
            // A full mailbox, or too many recipients: 452 is meant (RFC 5321, 4.5.3.1.10).
            .temporary("the mail server refuses '\(owner)' for now (552)", code: "mail_refused_now")
        default: nil
        }
    }

    private static let late = Failure.temporary(
        "the mail server did not take the notice in time", code: "mail_timeout")

    private static func refused(_ code: Int?) -> Failure {
        .adminRequired(
            "the mail server refuses the notice (\(code ?? 0)); correct the sender's address or the server's rules",
            code: "mail_refused")
    }

    /// What the sandbox says; the file that the program worked on is ours, so that nobody else is to blame for it.
    private static func ours(_ error: SandboxError) -> Failure {
        switch error.kind {
        case .time: late
        case .killed: .temporary(error.description, code: "mail_program")
        default: .adminRequired(error.description, code: "mail_program")
        }
    }
}
