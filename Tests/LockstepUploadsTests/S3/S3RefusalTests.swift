import Lockstep
import Testing

@testable import LockstepUploads

struct S3RefusalTests {
    private static let options = {
        do {
            return try S3Options(
                endpoint: "http://minio:9000", region: "us-east-1", bucket: "uploads",
                credentials: S3Credentials(accessKey: "AKID", secretKey: "very-secret"))
        } catch { preconditionFailure("\(error)") }
    }()

    @Test(arguments: [
        (500, "InternalError", StorageError.Kind.unavailable, true), (503, "SlowDown", .unavailable, true),
        (502, "", .unavailable, true), (504, "", .unavailable, true), (429, "", .unavailable, true),
        (400, "RequestTimeout", .unavailable, true), (200, "InternalError", .unavailable, true),
        (404, "NoSuchKey", .missing, false), (404, "", .missing, false),
        (404, "NoSuchBucket", .misconfigured, false),
        (412, "PreconditionFailed", .changed, false), (416, "InvalidRange", .refused, false),
        (400, "EntityTooLarge", .refused, false), (403, "SignatureDoesNotMatch", .misconfigured, false),
        (403, "RequestTimeTooSkewed", .misconfigured, false),
        (301, "PermanentRedirect", .misconfigured, false),
        (400, "AuthorizationHeaderMalformed", .misconfigured, false),
        (400, "BadDigest", .misconfigured, false),
        (200, "", .misconfigured, false), (501, "NotImplemented", .misconfigured, false),
    ])
    func whatItMeans(_ status: Int, _ code: String, _ kind: StorageError.Kind, _ isPassing: Bool) {
        let refusal = S3Refusal(status: status, code: code)
        let error = refusal.error("to read an object", Self.options)
        #expect(error.kind == kind && refusal.isPassing == isPassing)
        #expect(!error.description.contains("AKID"))
    }

    @Test func aMessageThatRepeatsSecretsIsNotKept() {
        // AWS repeats the request in this answer, the signature among it.
        let refusal = S3Refusal(
            status: 403,
            body: Array(
                """
                <Error><Code>SignatureDoesNotMatch</Code><Message>very-secret</Message>
                <AWSAccessKeyId>AKID</AWSAccessKeyId><SignatureProvided>very-secret</SignatureProvided></Error>
                """.utf8))
        #expect(refusal == S3Refusal(status: 403, code: "SignatureDoesNotMatch"))
        #expect(!"\(refusal) \(refusal.error("to read", Self.options))".contains("very-secret"))
    }

    @Test(arguments: [
        "<Error><Code>very secret</Code></Error>", "<html>", "", "<Other><Code>NoSuchKey</Code></Other>",
    ])
    func whatIsNoCode(_ body: String) {
        #expect(S3Refusal(status: 403, body: Array(body.utf8)).code.isEmpty)
    }
}
