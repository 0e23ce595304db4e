import Dispatch
import Lockstep
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Watches the gate file of a database and wakes this process whenever another one has committed.
///
/// It uses inotify on Linux. Where that is not to be had (too many watches, another system) nothing is
/// watched, and waiters fall back on their polling, which goes on in any case.
final class WakeWatch: Sendable {
    #if os(Linux)
        private let source: Mutex<(any DispatchSourceRead)?>
        private let descriptor: Int32

        init(path: String, hub: WakeHub) {
            let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
            self.descriptor = descriptor
            guard descriptor >= 0 else {
                source = Mutex(nil)
                return
            }
            guard inotify_add_watch(descriptor, path, UInt32(IN_MODIFY)) >= 0 else {
                close(descriptor)
                source = Mutex(nil)
                return
            }
            let queue = DispatchQueue(label: "lockstep.sqlite.wake")
            let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
            source.setEventHandler {
                var buffer = [UInt8](repeating: 0, count: 4096)
                var any = false
                while read(descriptor, &buffer, buffer.count) > 0 { any = true }
                if any { hub.wake() }
            }
            source.setCancelHandler { close(descriptor) }
            source.resume()
            self.source = Mutex(source)
        }

        deinit { source.withLock { $0?.cancel() } }
    #else
        init(path: String, hub: WakeHub) {}
    #endif
}
