import Lockstep
import Testing

@testable import LockstepUploads

struct S3OptionsTests {
    private static let credentials = S3Credentials(
        accessKey: "AK", secretKey: "very-secret", sessionToken: "lent")
    private static let environment = [
        "LOCKSTEP_S3_BUCKET": "uploads", "AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "very-secret",
    ]

    @Test func noneIsAskedFor() throws {
        #expect(try S3Options.read(environment: [:]) == nil)
        // Other programs' credentials ask for nothing.
        #expect(
            try S3Options.read(environment: ["AWS_ACCESS_KEY_ID": "AK", "LOCKSTEP_S3_BUCKET": ""]) == nil)
    }

    @Test func fromTheEnvironment() throws {
        let aws = try #require(try S3Options.read(environment: Self.environment))
        #expect(aws.endpoint.description == "https://s3.us-east-1.amazonaws.com" && !aws.isPathStyle)
        #expect(aws.host(at: aws.endpoint) == "uploads.s3.us-east-1.amazonaws.com")
        #expect(aws.path(of: ObjectKey("a/b")) == "/a/b" && aws.path(of: nil) == "/" && aws.trustsChecksums)
        let own = try #require(
            try S3Options.read(
                environment: Self.environment.merging([
                    "LOCKSTEP_S3_ENDPOINT": "http://minio:9000/", "LOCKSTEP_S3_REGION": "eu-central-1",
                    "LOCKSTEP_S3_PUBLIC_ENDPOINT": "https://Files.Example.com:443",
                    "AWS_SESSION_TOKEN": "lent",
                    "LOCKSTEP_S3_CHECKSUMS": "read",
                ]) { $1 }))
        #expect(own.isPathStyle && own.host(at: own.endpoint) == "minio:9000" && !own.trustsChecksums)
        #expect(own.host(at: own.publicEndpoint) == "files.example.com" && own.region == "eu-central-1")
        #expect(own.path(of: ObjectKey("a")) == "/uploads/a" && own.path(of: nil) == "/uploads")
        #expect(own.credentials.sessionToken == "lent")
    }

    @Test(arguments: [
        ("AWS_SECRET_ACCESS_KEY", "", "AWS_SECRET_ACCESS_KEY"),
        ("AWS_ACCESS_KEY_ID", "", "AWS_ACCESS_KEY_ID"),
        ("LOCKSTEP_S3_BUCKET", "Uploads", "bucket"), ("LOCKSTEP_S3_BUCKET", "a", "bucket"),
        ("LOCKSTEP_S3_BUCKET", "a/../b", "bucket"), ("LOCKSTEP_S3_BUCKET", "a..b", "bucket"),
        ("LOCKSTEP_S3_REGION", "eu/central", "region"), ("LOCKSTEP_S3_ENDPOINT", "minio:9000", "endpoint"),
        ("LOCKSTEP_S3_ENDPOINT", "ftp://minio", "endpoint"),
        ("LOCKSTEP_S3_ENDPOINT", "http://minio/path", "endpoint"),
        ("LOCKSTEP_S3_ENDPOINT", "http://a:very-secret@minio", "endpoint"),
        ("LOCKSTEP_S3_PUBLIC_ENDPOINT", "http://minio?a", "endpoint"),
        ("LOCKSTEP_S3_CHECKSUMS", "maybe", "LOCKSTEP_S3_CHECKSUMS"),
    ])
    func whatIsRefused(_ name: String, _ value: String, _ word: String) {
        let error = #expect(throws: StorageError.self) {
            try S3Options.read(environment: Self.environment.merging([name: value]) { $1 })
        }
        #expect(error?.kind == .misconfigured && error?.description.contains(word) == true)
        #expect(error?.description.contains("very-secret") == false)
    }

    @Test func aBucketAlone() {
        let error = #expect(throws: StorageError.self) {
            try S3Options.read(environment: ["LOCKSTEP_S3_ENDPOINT": "http://minio"])
        }
        #expect(error?.description.contains("AWS_ACCESS_KEY_ID") == true)
    }

    @Test func secretsAreNotPrinted() throws {
        var options = try S3Options(bucket: "uploads", credentials: Self.credentials)
        var printed = "\(options) \(options.credentials) \(String(reflecting: options)) "
        dump(options, to: &printed)
        dump(S3Storage(options), to: &printed)
        options.credentials = S3Credentials(accessKey: "OTHER", secretKey: "x")
        #expect(printed.contains("AK") && !printed.contains("very-secret") && !printed.contains("lent"))
    }

    @Test func theSizesOfParts() throws {
        var options = try S3Options(bucket: "uploads", credentials: Self.credentials)
        let three: [Range<Int64>] = [0..<64 << 20, 64 << 20..<128 << 20, 128 << 20..<(128 << 20) + 1]
        #expect(options.parts(of: (128 << 20) + 1) == three)
        #expect(options.parts(of: 64 << 20) == [three[0]])
        // 10,000 parts at most, however large the object.
        for size in [S3Storage.largest, S3Storage.largest - 1, 10_001 * (64 << 20)] as [Int64] {
            let parts = options.parts(of: size)
            #expect(parts.count <= 10_000 && parts.last?.upperBound == size)
            #expect(parts.allSatisfy { $0.count <= 5 << 30 })
            #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        }
        options.partSize = 1
        #expect(options.parts(of: 11 << 20).count == 3)
    }
}
