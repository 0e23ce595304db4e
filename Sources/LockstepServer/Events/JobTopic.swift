import Lockstep

/// A job that a stream listens to: what is kept of it for as long as the stream is open.
///
/// It leaves out what the job was started with and what it left behind, which may be long, and a stream may be open for
/// days.
struct JobTopic: Sendable {
    let id: JobID
    let lifecycle: String
    let owner: String?
    /// The progress that the job had when the stream was asked for, which is not news.
    let progress: Int
    let progressDetail: String?

    init(_ job: JobRecord) {
        id = job.id
        lifecycle = job.lifecycle
        owner = job.owner
        progress = job.progress
        progressDetail = job.progressDetail
    }
}
