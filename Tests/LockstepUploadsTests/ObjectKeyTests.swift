import LockstepUploads
import Testing

struct ObjectKeyTests {
    @Test func aNameOfTheServersOwn() {
        let keys = Set((0..<100).map { _ in ObjectKey.random().text })
        #expect(keys.count == 100)
        #expect(keys.allSatisfy { $0.count == 32 && ObjectKey($0) != nil })
        #expect(ObjectKey("a/b-1.mp4") != nil)
    }

    @Test(arguments: [
        "", "/", "a//b", "../a", "a/..", ".hidden", "-a", "A", "a b", "ä", "a%2f", "a\0", "a\n",
    ])
    func whatIsNone(_ text: String) { #expect(ObjectKey(text) == nil) }

    @Test func lengths() {
        let part = String(repeating: "a", count: 100)
        #expect(ObjectKey(part) != nil && ObjectKey(part + "a") == nil)
        #expect(ObjectKey([part, part, part, part].joined(separator: "/")) == nil)
    }
}
