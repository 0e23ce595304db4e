/// What every route answers to everybody: the table that ``RouteMatrixTests`` holds the server against.
///
/// A route that is not in it fails the tests, and so does a line without a route. The job in question is anna's, who
/// is a client; berta is another one. `—` is no token, `bad` one that nobody made, `old` one that has expired. What is
/// asked for is possible: a hold is put on a queued job, a claimed one is finished. Two cells need a word: a batch is
/// answered 200 with a refusal in it for each job that berta may not start, and anna may not retry a job that waits for
/// an administrator. An address for an upload is signed, and is for whoever has it.
enum RouteMatrix {
    static let askers = ["—", "bad", "old", "anna", "berta", "olga", "ada", "willi"]

    //                                             —   bad old anna berta olga ada willi
    //                                                         own  other oper adm worker
    static let table = """
        GET /health                                200 200 200 200 200 200 200 200
        GET /ready                                 200 200 200 200 200 200 200 200
        GET /openapi.json                          200 200 200 200 200 200 200 200
        GET /metrics                               401 401 401 403 403 200 200 403
        GET /sign-in                               200 200 200 200 200 200 200 200
        POST /sign-in                              401 401 401 303 303 303 303 303
        POST /sign-out                             303 303 303 303 303 303 303 303
        POST /v1/tokens                            401 401 401 403 403 403 201 403
        GET /v1/tokens                             401 401 401 403 403 403 200 403
        DELETE /v1/tokens/{id}                     401 401 401 403 403 403 204 403
        GET /v1/lifecycles                         401 401 401 200 200 200 200 200
        GET /v1/lifecycles/{name}                  401 401 401 200 200 200 200 200
        GET /v1/lifecycles/{name}/diagram          401 401 401 200 200 200 200 200
        POST /v1/lifecycles/{name}/pause           401 401 401 403 403 200 200 403
        POST /v1/lifecycles/{name}/resume          401 401 401 403 403 200 200 403
        GET /v1/jobs                               401 401 401 200 200 200 200 403
        POST /v1/jobs                              401 401 401 201 403 201 201 403
        POST /v1/jobs/batch                        401 401 401 200 200 200 200 403
        GET /v1/jobs/{id}                          401 401 401 200 404 200 200 403
        GET /v1/jobs/{id}/history                  401 401 401 200 404 200 200 403
        GET /v1/jobs/{id}/events                   401 401 401 200 404 200 200 403
        GET /v1/events                             401 401 401 200 404 200 200 403
        POST /v1/jobs/{id}/moves                   401 401 401 200 404 200 200 403
        POST /v1/jobs/{id}/cancel                  401 401 401 200 404 200 200 403
        POST /v1/jobs/{id}/retry                   401 401 401 409 404 200 200 403
        POST /v1/jobs/{id}/hold                    401 401 401 200 404 200 200 403
        POST /v1/jobs/{id}/release                 401 401 401 200 404 200 200 403
        POST /v1/jobs/{id}/reopen                  401 401 401 200 404 200 200 403
        DELETE /v1/jobs/{id}                       401 401 401 403 403 403 204 403
        POST /v1/jobs/{id}/uploads                 401 401 401 201 404 201 201 403
        POST /v1/jobs/{id}/complete-uploads        401 401 401 200 404 200 200 403
        GET /v1/jobs/{id}/uploads                  401 401 401 200 404 200 200 200
        GET /v1/jobs/{id}/uploads/{name}           401 401 401 200 404 200 200 200
        PUT /uploads/{key}                         201 201 201 201 201 201 201 201
        POST /v1/workers                           401 401 401 403 403 403 201 201
        GET /v1/workers                            401 401 401 403 403 200 200 200
        POST /v1/workers/{id}/heartbeat            401 401 401 403 403 403 200 200
        POST /v1/workers/{id}/claims               401 401 401 403 403 403 200 200
        DELETE /v1/workers/{id}                    401 401 401 403 403 403 204 204
        POST /v1/jobs/{id}/progress                401 401 401 403 403 403 200 200
        POST /v1/jobs/{id}/finish                  401 401 401 403 403 403 200 200
        POST /v1/jobs/{id}/fail                    401 401 401 403 403 403 200 200
        POST /v1/jobs/{id}/yield                   401 401 401 403 403 403 200 200
        GET /dashboard                             401 401 401 303 303 200 200 403
        GET /dashboard/jobs                        401 401 401 200 200 200 200 403
        GET /dashboard/jobs/{id}                   401 401 401 200 404 200 200 403
        POST /dashboard/jobs/{id}/actions          401 401 401 303 404 303 303 403
        GET /dashboard/lifecycles/{name}           401 401 401 200 200 200 200 403
        POST /dashboard/lifecycles/{name}/pause    401 401 401 403 403 303 303 403
        POST /dashboard/lifecycles/{name}/resume   401 401 401 403 403 303 303 403
        GET /dashboard/workers                     401 401 401 403 403 200 200 403
        GET /dashboard/tables                      401 401 401 403 403 200 200 403
        GET /dashboard/tables/{name}               401 401 401 403 403 404 404 403
        GET /dashboard/search                      401 401 401 303 303 303 303 403
        GET /dashboard/assets/{file}               401 401 401 200 200 200 200 200
        """

    /// One line of it.
    struct Row: Sendable, CustomStringConvertible {
        let route: String
        /// By asker, in order.
        let statuses: [Int]
        var method: String { route.split(separator: " ").first.map(String.init) ?? "" }
        var path: String { route.split(separator: " ").last.map(String.init) ?? "" }
        var description: String { route }
    }

    static let rows = table.split(separator: "\n").map { line -> Row in
        let words = line.split(separator: " ").map(String.init)
        return Row(route: "\(words[0]) \(words[1])", statuses: words.dropFirst(2).compactMap { Int($0) })
    }
}
