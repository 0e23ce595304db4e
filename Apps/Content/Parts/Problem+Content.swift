import HTTPTypes
import Lockstep
import LockstepServer

extension Problem {
    /// 404: no such request, or somebody else's.
    static let noRequest = Problem.notFound("you have no request with this id")

    /// 409: nothing was asked back.
    static func notAsked(_ job: Job<ContentRequest>) -> Problem {
        Problem(
            .conflict, code: "not_asked",
            "the request is '\(job.record.status)' and waits for no clarification; only one that does can be refined"
        )
    }

    /// 409: there is no video yet.
    static func noVideo(_ job: Job<ContentRequest>) -> Problem {
        job.isLive
            ? Problem(
                .conflict, code: "not_ready",
                "the request is '\(job.record.status)'; its video is there when it is 'notifying' or 'completed'",
                audience: .temporary)
            : Problem(
                .conflict, code: "no_video", "the request is '\(job.record.status)' and has no video")
    }

    /// 422: this installation tells nobody.
    static let noNotifications = Problem.unprocessable(
        "this server sends no notifications; leave 'notify' out, and look at the request or its events")
}
