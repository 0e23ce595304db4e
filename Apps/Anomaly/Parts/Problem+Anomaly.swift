import HTTPTypes
import LockstepServer

extension Problem {
    /// 404: no such dataset, or somebody else's.
    static let noDataset = Problem.notFound("you have no dataset with this id")

    /// 409: the dataset has no completed analysis.
    static let notAnalysed = Problem(
        .conflict, code: "not_analysed",
        "the dataset has no completed analysis; start one with POST …/analyze and wait until it is completed")

    /// 422: the form holds no file.
    static let noFile = Problem.unprocessable(
        "the form must hold one file with a name, in the part 'file'", code: "no_file")

    /// 409: the dataset's key was taken by a job of somebody else.
    static let keyTaken = Problem(
        .conflict, code: "key_taken",
        "a job that is not yours holds the key of this dataset's sessions; ask an operator")
}
