/// The schemas of workers, lifecycles and the server itself, as JSON text.
enum ServerSchemas {
    static let text = #"""
        {
          "Problem": {"type": "object", "required": ["type", "title", "status", "detail", "code", "audience"],
            "description": "What was wrong, and what would be right (RFC 9457).", "additionalProperties": true,
            "properties": {
            "type": {"type": "string", "format": "uri", "pattern": "^urn:lockstep:problem:"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "code": {"type": "string", "description": "A stable word for programs."},
            "audience": {"$ref": "#/components/schemas/Audience"},
            "from": {"type": "string", "description": "Of a refused move: where the job is."},
            "to": {"type": "string", "description": "Of a refused move: where it was to go."},
            "allowed": {"type": "array", "items": {"type": "string"}},
            "accepted": {"type": "array", "items": {"type": "string"}},
            "request_id": {"type": "string", "description": "Finds the request in the server's log."}},
            "examples": [{"type": "urn:lockstep:problem:undeclared_move", "title": "Undeclared move",
              "status": 409, "code": "undeclared_move", "audience": "user_fixable", "from": "queued",
              "to": "done", "allowed": ["cancelled"],
              "detail": "a job of lifecycle 'export' cannot move from 'queued' to 'done'; allowed for the owner: cancelled"}]},
          "Ready": {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}},
          "Pause": {"type": "object", "required": ["lifecycle", "status", "paused_at", "by", "reason"], "properties": {
            "lifecycle": {"type": "string"},
            "status": {"$ref": "#/components/schemas/TextOrNull"},
            "paused_at": {"$ref": "#/components/schemas/Time"},
            "by": {"$ref": "#/components/schemas/Actor"},
            "reason": {"$ref": "#/components/schemas/TextOrNull"}}},
          "PauseWish": {"type": "object", "additionalProperties": false, "properties": {\#(place)}},
          "ResumeWish": {"type": "object", "additionalProperties": false, "properties": {\#(place)}},
          "Resumed": {"type": "object", "required": ["lifted"], "properties": {
            "lifted": {"anyOf": [{"$ref": "#/components/schemas/Pause"}, {"type": "null"}]}}},
          "StatusCount": {"type": "object", "required": ["status", "jobs", "parked"], "properties": {
            "status": {"type": "string"}, "jobs": {"type": "integer", "minimum": 0},
            "parked": {"type": "integer", "minimum": 0}}},
          "LifecycleHead": {"type": "object", "required": [\#(head)], "properties": {\#(headProperties)}},
          "LifecycleList": {"type": "object", "required": ["lifecycles"], "properties": {
            "lifecycles": {"type": "array", "items": {"$ref": "#/components/schemas/LifecycleHead"}}}},
          "Lifecycle": {"type": "object", "required": [\#(head), "rules", "edges", "longest_time", "definition"],
            "properties": {\#(headProperties),
            "rules": {"type": "array", "items": {"type": "object", "required": ["status", "kind", "words"], "properties": {
              "status": {"type": "string"},
              "kind": {"type": "string", "enum": ["queue", "work", "wait", "success", "failure", "closed", "retired"]},
              "words": {"type": "array", "items": {"type": "string"}}}}},
            "edges": {"type": "array", "items": {"type": "object", "required": ["from", "to", "causes"], "properties": {
              "from": {"type": "string"}, "to": {"type": "string"},
              "causes": {"type": "object", "description": "Why, and who makes the move for each reason.",
                "additionalProperties": {"type": "array", "items": {"type": "string"}}}}}},
            "longest_time": {"type": "object", "required": ["limit", "path", "endless", "words"], "properties": {
              "limit": {"type": "string"}, "path": {"type": "array", "items": {"type": "string"}},
              "endless": {"$ref": "#/components/schemas/TextOrNull"}, "words": {"type": "string"}}},
            "definition": {"description": "The definition itself, as files hold it."}}},
          "Statuses": {"type": "object", "minProperties": 1,
            "description": "For each lifecycle, working statuses.",
            "propertyNames": {"$ref": "#/components/schemas/LifecycleName"},
            "additionalProperties": {"type": "array", "minItems": 1, "uniqueItems": true,
              "items": {"$ref": "#/components/schemas/Status"}}},
          "NewWorker": {"type": "object", "required": ["name", "statuses"], "additionalProperties": false, "properties": {
            "name": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,\#(APILimits.longestWorkerName)}$"},
            "statuses": {"$ref": "#/components/schemas/Statuses"},
            "knows": {"type": "object",
              "description": "For each lifecycle of 'statuses', every status that the worker's code has. While a live worker does not say so, no version with new statuses is activated.",
              "propertyNames": {"$ref": "#/components/schemas/LifecycleName"},
              "additionalProperties": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 63}}},
            "lease_seconds": {"type": ["integer", "null"], "minimum": \#(APILimits.leases.lowerBound),
              "maximum": \#(APILimits.leases.upperBound), "default": \#(APILimits.lease)}},
            "examples": [{"name": "renderer", "statuses": {"export": ["rendering"]}, "lease_seconds": 30}]},
          "Worker": {"type": "object", "required": ["id", "host", "statuses", "holding", "alive", "lease_seconds",
            "started_at", "beat_at", "lease_ends"], "properties": {
            "id": {"type": "string"}, "host": {"type": "string"},
            "statuses": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
            "holding": {"type": "integer", "minimum": 0}, "alive": {"type": "boolean"},
            "lease_seconds": {"type": "integer", "minimum": 0},
            "started_at": {"$ref": "#/components/schemas/Time"},
            "beat_at": {"$ref": "#/components/schemas/Time"},
            "lease_ends": {"$ref": "#/components/schemas/Time"}}},
          "WorkerList": {"type": "object", "required": ["workers"], "properties": {
            "workers": {"type": "array", "items": {"$ref": "#/components/schemas/Worker"}}}},
          "Heartbeat": {"type": "object", "required": ["alive", "held"], "properties": {
            "alive": {"type": "boolean", "description": "When not, all claims are gone: register again."},
            "held": {"type": "object", "description": "The fence of each job that the worker holds.",
              "additionalProperties": {"type": "integer", "minimum": 1}}}},
          "Claim": {"type": "object", "additionalProperties": false, "properties": {
            "limit": {"type": ["integer", "null"], "minimum": 1, "maximum": \#(APILimits.longestClaim), "default": 1},
            "wait_seconds": {"type": ["integer", "null"], "minimum": 0, "maximum": \#(APILimits.longestWait), "default": 0}}},
          "Claimed": {"type": "object", "required": ["jobs"], "properties": {
            "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}}}},
          "Progress": {"type": "object", "required": ["worker", "fence", "progress"], "additionalProperties": false,
            "properties": {\#(claim), "progress": {"type": "integer", "minimum": 0, "maximum": 100},
            "detail": {"type": ["string", "null"], "maxLength": 2000}, \#(patch)}},
          "Finish": {"type": "object", "required": ["worker", "fence", "to"], "additionalProperties": false,
            "properties": {\#(claim), "to": {"$ref": "#/components/schemas/Status"},
            "output": {"description": "What the job leaves behind: any JSON of at most 1 MiB."}, \#(patch), \#(reason)},
            "examples": [{"worker": "renderer-0123456789ab", "fence": 1, "to": "done", "output": {"pages": 3}}]},
          "Fail": {"type": "object", "required": ["worker", "fence", "failure"], "additionalProperties": false,
            "properties": {\#(claim), "failure": {"type": "object", "required": ["audience", "message"],
              "additionalProperties": false, "properties": {
              "audience": {"$ref": "#/components/schemas/Audience"},
              "code": {"type": ["string", "null"], "maxLength": 255},
              "message": {"type": "string", "maxLength": 2000},
              "retry_after_seconds": {"type": ["integer", "null"], "minimum": 0, "maximum": \#(APILimits.longestRetryAfter)}}},
            "output": {"description": "What the job leaves behind: any JSON of at most 1 MiB."}, \#(patch), \#(reason)}},
          "Yield": {"type": "object", "required": ["worker", "fence"], "additionalProperties": false,
            "properties": {\#(claim), \#(patch), \#(reason)}}
        }
        """#

    private static let place = #"""
        "status": {"anyOf": [{"$ref": "#/components/schemas/Status"}, {"type": "null"}],
          "description": "A queue or a working status; without it the whole lifecycle."},
        \#(reason)
        """#
    private static let reason =
        #""reason": {"type": ["string", "null"], "maxLength": 4096, "description": "Why, for people."}"#
    private static let patch =
        #""metadata": {"type": ["object", "null"], "description": "Merged into the job's (RFC 7396)."}"#
    private static let claim = #"""
        "worker": {"type": "string", "minLength": 1, "maxLength": 255},
        "fence": {"type": "integer", "minimum": 0, "maximum": 9223372036854775807,
          "description": "The job's, as it was claimed."}
        """#
    private static let head = #""name", "fingerprint", "statuses", "initial""#
    private static let headProperties = #"""
        "name": {"type": "string"}, "fingerprint": {"type": "string"},
        "statuses": {"type": "array", "items": {"type": "string"}},
        "initial": {"type": "array", "items": {"type": "string"}},
        "counts": {"type": "array", "items": {"$ref": "#/components/schemas/StatusCount"},
          "description": "Jobs that have not ended, by status; for admins and operators."},
        "pauses": {"type": "array", "items": {"$ref": "#/components/schemas/Pause"},
          "description": "What is paused; for admins and operators."}
        """#
}
