import Lockstep
import Synchronization

/// Layouts that were made already: a page shows the same lifecycles again and again.
final class SceneCache: Sendable {
    static let shared = SceneCache()
    /// So many layouts are kept; with one more, all are forgotten.
    private static let most = 128
    private let making = Mutex<Void>(())
    private let scenes = Mutex<[Definition: LifecycleScene]>([:])

    /// Makes the layouts that are missing, away from Swift's own threads: each takes some milliseconds of computing.
    func prepare(_ definitions: [Definition]) async throws {
        let missing = scenes.withLock { scenes in definitions.filter { scenes[$0] == nil } }
        guard !missing.isEmpty else { return }
        try await Offload.run { _ in
            // Who comes while a layout is being made waits for it, and does not make it again.
            for definition in missing { self.making.withLock { _ in _ = self.scene(of: definition) } }
        }
    }

    func scene(of definition: Definition) -> LifecycleScene {
        if let known = scenes.withLock({ $0[definition] }) { return known }
        let made = LifecycleScene(definition)
        scenes.withLock { scenes in
            if scenes.count >= Self.most { scenes = [:] }
            scenes[definition] = made
        }
        return made
    }
}
