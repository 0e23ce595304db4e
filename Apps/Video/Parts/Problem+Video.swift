import HTTPTypes
import LockstepServer

extension Problem {
    /// 404: no such video, or somebody else's.
    static let noVideo = Problem.notFound("you have no video with this id")

    /// 404: no such session, or somebody else's.
    static let noSession = Problem.notFound(
        "you have no session with this id; leave session_id out to begin one")

    /// 409: there are no results yet.
    static let notAnalysed = Problem(
        .conflict, code: "not_analysed",
        "the video is not analysed yet; its quick results are there when it is 'quick_done'")
}
