import Lockstep
import LockstepTesting
import Testing

@testable import LockstepPush

/// Where deliveries may go.
@Suite struct AddressRulesTests {
    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1",
        "198.51.100.7",
        "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1.1.1.1", "100::1", "2001::1", "2001:db8::1",
        "2002:7f00:1::1", "2002:a9fe:a9fe::", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1",
        "ff02::1", "4000::1",
    ])
    func whatIsNotPublicIsRefused(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!AddressRules().permits(address))
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.0.1.1",
        "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
        "2002:808:808::1",
    ])
    func whatIsPublicIsPermitted(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressRules().permits(address))
        #expect(!AddressRules().isAllowedByName(address))
    }

    @Test func whatIsAllowedByNameIsPermittedHoweverItIsWritten() throws {
        let rules = AddressRules(
            allowed: try ["10.1.0.0/16", "fd12::/16"].map { try #require(IPNetwork($0)) })
        for text in ["10.1.255.1", "::ffff:10.1.0.1", "64:ff9b::10.1.0.1", "fd12:3456::1"] {
            #expect(rules.permits(try #require(IPAddress(text))), "\(text)")
        }
        for text in ["10.2.0.1", "::ffff:10.2.0.1", "fd13::1", "127.0.0.1"] {
            #expect(!rules.permits(try #require(IPAddress(text))), "\(text)")
        }
    }

    @Test func blocksAreReadStrictly() {
        for text in [
            "", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "x/8", "::/129", "0x7f.0.0.1", "127.1",
        ] {
            #expect(IPNetwork(text) == nil, "\(text)")
        }
        #expect(IPNetwork("10.0.0.0/8")?.description == "10.0.0.0/8")
        #expect(IPNetwork("::1")?.length == 128)
        #expect(IPAddress("2001:0DB8::0:1")?.description == "2001:db8::1")
    }

    @Test(arguments: [
        "ftp://work.example.org/", "https://", "https:///x", "work.example.org",
        "https://a:b@work.example.org/",
        "https://work.example.org/#x", "https://wörk.example.org/", "https://work.example.org:0/",
        "https://work.example.org:99999/", "https://10.0.0.1%40work.example.org/",
        "https://[fe80::1%25eth0]/", "",
    ])
    func urlsThatCouldBeReadInTwoWaysAreRefused(url: String) {
        let fault = #expect(throws: Failure.self) {
            _ = try PushTarget("w", url: url, secrets: ["sixteen bytes at least"])
        }
        #expect(fault?.code == "bad_webhook")
    }

    @Test func urlsArePutTogetherFromWhatWasChecked() throws {
        let target = try PushTarget(
            "w", url: "HTTPS://Work.Example.ORG:8443/a%20b?c=d", secrets: ["sixteen bytes at least"])
        #expect(target.url == "https://work.example.org:8443/a%20b?c=d")
        #expect(target.host == "work.example.org" && target.isSecure)
        let six = try PushTarget("w", url: "http://[::1]:80", secrets: ["sixteen bytes at least"])
        #expect(six.url == "http://[::1]:80/" && six.host == "::1")
    }
}
