import Lockstep
import Synchronization

/// Layouts that were made already: a page shows the same lifecycles again and again.
final class SceneCache: Sendable {
    static let shared = SceneCache()
    /// So many layouts are kept; with one more, all are forgotten.
    private static let most = 128
    private let scenes = Mutex<[Definition: LifecycleScene]>([:])

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
