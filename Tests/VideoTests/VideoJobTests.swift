import Lockstep
import LockstepTesting
import Testing
import Video

struct VideoJobTests {
    @Test func itIsSound() {
        let definition = Definition(VideoJob.self)
        #expect(definition.audit() == [])
        #expect(
            VideoJob.allCases.map(\.rawValue) == [
                "awaiting_upload", "queued", "quick_running", "quick_done", "deep_running", "done",
                "completed",
                "failed",
            ])
    }
}
