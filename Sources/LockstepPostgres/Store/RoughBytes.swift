import Lockstep

extension NewJob {
    /// About how many bytes a start sends: its long texts.
    var roughBytes: Int { input.utf8.count + (metadata?.utf8.count ?? 0) }
}

extension Command {
    /// About how many bytes a command sends: its long texts. What it patches is sent as a whole, which is as long at most
    /// as metadata may be, and known only once the job is read.
    var roughBytes: Int { (output?.utf8.count ?? 0) + patches.reduce(0) { $0 + $1.utf8.count } }
}
