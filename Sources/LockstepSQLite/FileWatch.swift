#if os(Linux)
    import Dispatch
    import Lockstep
    import Synchronization

    #if canImport(Glibc)
        import Glibc
    #else
        import Musl
    #endif

    /// The process's one inotify instance, shared by all its stores: the kernel allows a user few of them
    /// (128, as a rule), and any number of watches in each.
    final class FileWatch: Sendable {
        /// `nil` where no instance is to be had.
        static let shared = FileWatch()

        private struct State {
            var next = 0
            /// Who is to be woken, by watch; stores on the same file share a watch.
            var hubs: [Int32: [Int: WakeHub]] = [:]
        }
        private let descriptor: Int32
        private let state = Mutex(State())
        /// Set once, never touched again; it lives as long as the process.
        nonisolated(unsafe) private let source: any DispatchSourceRead

        private init?() {
            descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
            guard descriptor >= 0 else { return nil }
            let queue = DispatchQueue(label: "lockstep.sqlite.wake")
            let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
            self.source = source
            source.setEventHandler { [weak self] in self?.readEvents() }
            source.resume()
        }

        /// Wakes `hub` whenever the file is written to.
        /// - Returns: what to give to ``remove(_:)``; `nil` when the file cannot be watched.
        func add(_ path: String, _ hub: WakeHub) -> (watch: Int32, number: Int)? {
            state.withLock { state in
                let watch = inotify_add_watch(descriptor, path, UInt32(IN_MODIFY))
                guard watch >= 0 else { return nil }
                state.next += 1
                state.hubs[watch, default: [:]][state.next] = hub
                return (watch, state.next)
            }
        }

        /// Ends what ``add(_:_:)`` began.
        func remove(_ token: (watch: Int32, number: Int)) {
            state.withLock { state in
                state.hubs[token.watch]?[token.number] = nil
                guard state.hubs[token.watch]?.isEmpty ?? false else { return }
                state.hubs[token.watch] = nil
                inotify_rm_watch(descriptor, token.watch)
            }
        }

        private func readEvents() {
            var written: Set<Int32> = []
            var buffer = [UInt8](repeating: 0, count: 16 * 1024)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                guard count > 0 else { break }
                // struct inotify_event { int wd; uint32_t mask, cookie, len; char name[]; }: inotify(7).
                var offset = 0
                while offset + 16 <= count {
                    let (watch, length) = buffer.withUnsafeBytes { bytes in
                        (
                            bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self),
                            bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self)
                        )
                    }
                    written.insert(watch)
                    offset += 16 + Int(length)
                }
            }
            // −1 means that the kernel dropped events: everybody looks for himself.
            let hubs = state.withLock { state in
                written.contains(-1)
                    ? state.hubs.values.flatMap(\.values)
                    : written.flatMap { state.hubs[$0].map { Array($0.values) } ?? [] }
            }
            for hub in hubs { hub.wake() }
        }
    }
#endif
