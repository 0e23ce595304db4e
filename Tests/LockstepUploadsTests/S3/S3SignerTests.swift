import Lockstep
import Testing

@testable import LockstepUploads

/// Signatures that AWS has published.
struct S3SignerTests {
    /// One case of AWS's test suite for Signature Version 4 (github.com/awslabs/aws-c-auth,
    /// tests/aws-signing-test-suite/v4, Apache License 2.0): what is signed, and `header-signature.txt` and
    /// `query-signature.txt`. Of the cases that differ in whether paths are normalised, those that do not are S3's.
    struct Vector: CustomTestStringConvertible, Sendable {
        var name: String
        var method = "GET"
        var path = "/"
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var body = S3SignerTests.empty
        var token: String?
        var header: String
        var presigned: String
        var testDescription: String { name }
    }

    /// The SHA-256 of nothing.
    static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    static let unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    static let form = "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"

    static let vectors = [
        Vector(
            name: "get-vanilla", header: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            presigned: "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d"),
        Vector(
            name: "get-header-key-duplicate",
            headers: [("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")],
            header: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
            presigned: "3349ee0b81b4b589da0ff28a395c3591e04de515651dd74f298fa992d1507a97"),
        Vector(
            name: "get-header-value-multiline", headers: [("My-Header1", "value1\n  value2\n     value3")],
            header: "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd",
            presigned: "e6f5def831211aca02987a44b96826706278c7bc078112ae0263659c5b2f2d56"),
        Vector(
            name: "get-header-value-order",
            headers: [
                ("My-Header1", "value4"), ("My-Header1", "value1"), ("My-Header1", "value3"),
                ("My-Header1", "value2"),
            ], header: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
            presigned: "313720e71ca6202fdcfa9b20f88de01a4eb0638a83c833b1c184359a4eda864e"),
        Vector(
            name: "get-header-value-trim",
            headers: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
            header: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
            presigned: "e7bb0fd515e125e1aec2ecc4c0c17484fb06f6846b927c35e46005dd3df3acd4"),
        Vector(
            name: "get-relative-unnormalized", path: "/example/..",
            header: "eca7ead57bb5aa5c8e28007acd4ff04e1ff9a0ff3b237ec1554a184887ff9282",
            presigned: "cbcb213b928a077e43275df47b500f1dfaa864ab3f5a18f6b95f4ff0938167ee"),
        Vector(
            name: "get-slash-dot-slash-unnormalized", path: "/./",
            header: "68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145",
            presigned: "a9b13e8f3484d9505bf1a6f347219f8f35b0fe8f128ceea597efc146a3dfe90c"),
        Vector(
            name: "get-slashes-unnormalized", path: "//example//",
            header: "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5",
            presigned: "822a5a9ba28072c5ab2bb4a6307d0c88276d40e49fec6b724c03fb4d4ba60fc2"),
        Vector(
            name: "get-space-unnormalized", path: "/example space/",
            header: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
            presigned: "7a1f416954786484c9824d93c1f26ef64acb9b1b6c9154d08c9f07d0e394abf6"),
        Vector(
            name: "get-unreserved", path: "/" + unreserved,
            header: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
            presigned: "95968482db1b9e0fadef6efc1bd24689f77c77d9ef56919c96a28cc92e0d6005"),
        Vector(
            name: "get-utf8", path: "/ሴ",
            header: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
            presigned: "10eae3f14a260bd3911cc6d008d3c576d143b05b62f09782a7a4b37f52178e44"),
        Vector(
            name: "get-vanilla-query-order-encoded",
            query: [("Param-3", "Value3"), ("Param", "Value2"), ("ሴ", "Value1")],
            header: "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
            presigned: "c5f1848ceec943ac2ca68ee720460c23aaae30a2300586597ada94c4a65e4787"),
        Vector(
            name: "get-vanilla-query-order-key-case", query: [("Param2", "value2"), ("Param1", "value1")],
            header: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            presigned: "86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5"),
        Vector(
            name: "get-vanilla-query-unreserved", query: [(unreserved, unreserved)],
            header: "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
            presigned: "8e76a88a7433637b12778d5592799b29ad21ecd6cf6325051c21d86f0acda2bf"),
        Vector(
            name: "get-vanilla-utf8-query", query: [("ሴ", "bar")],
            header: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
            presigned: "0bdd809b1519ac4f0c1dc3540e2cc46bd0c7f778eda408b2ebf3b913d21ff600"),
        Vector(
            name: "get-vanilla-with-session-token",
            token: "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
            header: "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
            presigned: "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c"),
        Vector(
            name: "post-vanilla", method: "POST",
            header: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            presigned: "2ce6e6d2e0cf2f9d1b55fafec88cd20574c31dc2e7631979f71ba2310083e95b"),
        Vector(
            name: "post-header-key-sort", method: "POST", headers: [("My-Header1", "value1")],
            header: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
            presigned: "c09d07e0d55871f10f2a6d350d994acf6825a3cae70673d7def55616e6119dd7"),
        Vector(
            name: "post-header-value-case", method: "POST", headers: [("My-Header1", "VALUE1")],
            header: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
            presigned: "0698bc9e4f7f9139065ba2909c0e99da257e8e2a42492a097bcd46d792391fed"),
        Vector(
            name: "post-vanilla-query", method: "POST", query: [("Param1", "value1")],
            header: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
            presigned: "a9ef26247f293bffe40eeff86a0480ba8c14d31503b2e0c3399e3a16bf1a3682"),
        Vector(
            name: "post-x-www-form-urlencoded", method: "POST",
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", "13")],
            body: form,
            header: "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
            presigned: "89a40deed0f26f9461242825a082d2222717248abc7ab41f552ad84a94ad46e9"),
    ]

    @Test(arguments: vectors)
    func theTestSuite(_ vector: Vector) throws {
        let signer = S3Signer(
            credentials: S3Credentials(
                accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                sessionToken: vector.token), region: "us-east-1", service: "service")
        // 2015-08-30T12:36:00Z
        let moment = Timestamp(microseconds: 1_440_938_160_000_000)
        var request = S3Signer.Request(
            method: vector.method, host: "example.amazonaws.com", path: vector.path, query: vector.query,
            headers: vector.headers)
        let url = signer.presign(request, payload: vector.body, at: moment, seconds: 3600)
        #expect(url.hasSuffix("&X-Amz-Signature=" + vector.presigned))
        // Where the suite signs a body, it signs its hash as a header too.
        if vector.body != Self.empty { request.headers.append(("x-amz-content-sha256", vector.body)) }
        let added = signer.headers(for: request, payload: vector.body, at: moment)
        #expect(try #require(added.last).value.hasSuffix("Signature=" + vector.header))
    }

    // MARK: Examples of S3

    /// "Signature Calculations for the Authorization Header" and "Authenticating Requests: Using Query Parameters" in
    /// the Amazon S3 API Reference.
    static let examples = S3Signer(
        credentials: S3Credentials(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1")
    /// 2013-05-24T00:00:00Z
    static let may = Timestamp(microseconds: 1_369_353_600_000_000)

    @Test func gettingARange() throws {
        let added = Self.sign("GET", "/test.txt", headers: [("Range", "bytes=0-9")])
        #expect(
            added == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func puttingAnObject() throws {
        let added = Self.sign(
            "PUT", "/test$file.text",
            headers: [
                ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ],
            payload: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
        #expect(added.hasSuffix("=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
    }

    @Test func gettingALifecycle() throws {
        let added = Self.sign("GET", "/", query: [("lifecycle", "")])
        #expect(added.hasSuffix("=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
    }

    @Test func listingObjects() throws {
        let added = Self.sign("GET", "/", query: [("max-keys", "2"), ("prefix", "J")])
        #expect(added.hasSuffix("=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
    }

    @Test func presigning() {
        let request = S3Signer.Request(
            method: "GET", host: "examplebucket.s3.amazonaws.com", path: "/test.txt")
        #expect(
            Self.examples.presign(request, at: Self.may, seconds: 86400)
                == "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
                + "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    private static func sign(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], payload: String = empty
    ) -> String {
        let request = S3Signer.Request(
            method: method, host: "examplebucket.s3.amazonaws.com", path: path, query: query,
            headers: headers + [("x-amz-content-sha256", payload)])
        return examples.headers(for: request, payload: payload, at: may).last?.value ?? ""
    }

    // MARK: Hashes

    @Test func hashesAsText() {
        let base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        #expect(S3Digest.base64(ofHex: Self.empty) == base64)
        #expect(S3Digest.base64(ofHex: Self.empty.uppercased()) == base64)
        #expect(S3Digest.hex(ofBase64: base64) == Self.empty)
        #expect(S3Digest.base64(ofHex: String(Self.empty.dropLast())) == nil)
        #expect(S3Digest.base64(ofHex: "g" + Self.empty.dropFirst()) == nil)
        // Of an upload in parts, as AWS writes it.
        #expect(S3Digest.hex(ofBase64: base64 + "-2") == nil && S3Digest.hex(ofBase64: "") == nil)
    }
}
