import Lockstep

/// What happens when: a heap ordered by time, and among equal times by the order in which things were put in.
struct Schedule {
    private struct Place {
        var at: Int64
        var number: Int
        var slot: Int

        static func < (left: Place, right: Place) -> Bool {
            left.at != right.at ? left.at < right.at : left.number < right.number
        }
    }

    private var heap: [Place] = []
    // Happenings are large; only their places move in the heap.
    private var slots: [Happening?] = []
    private var free: [Int] = []
    private var number = 0

    mutating func put(_ happening: Happening, at moment: Timestamp) {
        number += 1
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            slots[slot] = happening
        } else {
            slot = slots.count
            slots.append(happening)
        }
        heap.append(Place(at: moment.microseconds, number: number, slot: slot))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> (at: Timestamp, happening: Happening)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            var parent = 0
            while true {
                var child = 2 * parent + 1
                guard child < heap.count else { break }
                if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
                guard heap[child] < heap[parent] else { break }
                heap.swapAt(child, parent)
                parent = child
            }
        }
        free.append(first.slot)
        guard let happening = slots[first.slot] else { return nil }
        slots[first.slot] = nil
        return (Timestamp(microseconds: first.at), happening)
    }
}

/// Something that happens at a moment. Workers are named by their place and by which of their lives is meant:
/// what was sent to a process that has crashed since reaches nobody.
enum Happening {
    /// A worker's loop takes its mail.
    case turn(worker: Int, life: Int)
    /// A worker's timer rings; only the one that was armed last counts.
    case tick(worker: Int, life: Int, timer: Int)
    /// A handler does its next thing.
    case handler(worker: Int, life: Int, run: Int)
    /// A handler notices that it was cancelled.
    case cancelled(worker: Int, life: Int, run: Int)
    /// A request arrives at the store.
    indirect case arrival(Message)
    /// An answer, or the lack of one, arrives at a worker.
    indirect case mail(worker: Int, life: Int, Shelled)
    /// A worker process is started anew.
    case birth(worker: Int)
    /// A client does its next thing.
    case client(Int)
    /// A client gets an answer, or learns that there is none.
    indirect case reply(client: Int, Request, Reply?)
    /// Something breaks.
    case trouble
    /// The troubles end.
    case calm
}

/// What a worker's shell gets: an event for its machine, or something for the shell alone.
enum Shelled {
    case event(WorkerMachine.Event)
    case swept(SweepReport?)
    case cleanedUp
}

/// What is asked of the store.
enum Request {
    case claim(ClaimRequest)
    case apply([Command])
    case beat(Heartbeat)
    case sweep(SweepRequest)
    case start(NewJob)
    case history(JobID)
}

/// What the store answers.
enum Reply {
    case claim([JobRecord])
    case apply([Outcome])
    case beat(HeartbeatReply)
    case sweep(SweepReport)
    case start(StartOutcome)
    case history([HistoryEntry])
    /// The store threw: nothing was written.
    case failed(Failure)
}

/// A request on its way.
struct Message {
    enum Sender {
        case worker(Int, life: Int)
        /// A worker's clean-up.
        case cleanUp(Int, life: Int)
        case client(Int)
    }

    var sender: Sender
    var request: Request
    /// Whether the sender was told already that there is no answer.
    var isGivenUp = false
    /// Whether the answer gets lost.
    var losesAnswer = false
}
