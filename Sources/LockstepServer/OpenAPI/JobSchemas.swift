/// The schemas of jobs, as JSON text: JSON Schema 2020-12, as OpenAPI 3.1 has it.
enum JobSchemas {
    static let text = #"""
        {
          "JobID": {"type": "string", "format": "uuid", "examples": ["0197a000-0000-7000-8000-000000000000"]},
          "Time": {"type": "string", "format": "date-time", "examples": ["2026-01-31T12:00:00.000000Z"]},
          "TimeOrNull": {"type": ["string", "null"], "format": "date-time"},
          "TextOrNull": {"type": ["string", "null"]},
          "Audience": {"type": "string", "enum": ["user_fixable", "admin_required", "temporary"],
            "description": "Who can do something about it: the user, an administrator, or nobody because a retry will do."},
          "Anything": {"description": "Any JSON value."},
          "Nothing": {"type": "object", "additionalProperties": false},
          "Failure": {"type": "object", "required": ["audience", "code", "message"], "properties": {
            "audience": {"$ref": "#/components/schemas/Audience"},
            "code": {"type": "string", "description": "A stable word for programs."},
            "message": {"type": "string"},
            "retry_after": {"type": "string", "description": "The earliest time of the next attempt, such as 30s."}}},
          "Actor": {"type": "object", "required": ["kind"], "properties": {
            "kind": {"type": "string", "enum": ["worker", "event", "owner", "operator", "engine"]},
            "name": {"$ref": "#/components/schemas/TextOrNull"}}},
          "Allowed": {"type": "object", "required": ["moves", "actions", "holds"],
            "description": "What the asker may do with the job now.", "properties": {
            "moves": {"type": "array", "items": {"$ref": "#/components/schemas/Status"}},
            "actions": {"type": "array", "items": {"type": "string",
              "enum": ["cancel", "retry", "hold", "release", "reopen", "erase"]}},
            "holds": {"type": "array", "items": {"type": "string"}}}},
          "Job": {"type": "object", "required": [\#(required)], "properties": {\#(properties)},
            "examples": [\#(example)]},
          "VisibleJob": {"type": "object", "required": [\#(required), "allowed"], "properties": {\#(properties),
            "allowed": {"$ref": "#/components/schemas/Allowed"}}},
          "StartedJob": {"type": "object", "required": [\#(required), "reused"], "properties": {\#(properties),
            "reused": {"type": "boolean", "description": "Whether the job was there before."}}},
          "JobList": {"type": "object", "required": ["jobs", "next_cursor"], "properties": {
            "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}},
            "next_cursor": {"type": ["string", "null"], "description": "Where the next page begins; null: there is none."}}},
          "HistoryEntry": {"type": "object", "required": ["number", "kind", "from", "to", "actor", "reason",
            "failure", "fence", "attempt", "at"], "properties": {
            "number": {"type": "integer", "minimum": 1},
            "kind": {"type": "string", "enum": ["started", "imported", "moved", "claimed", "retried", "lost",
              "yielded", "parked", "resumed", "held", "released", "met", "noted"]},
            "from": {"$ref": "#/components/schemas/TextOrNull"},
            "to": {"type": "string"},
            "actor": {"$ref": "#/components/schemas/Actor"},
            "reason": {"$ref": "#/components/schemas/TextOrNull"},
            "failure": {"anyOf": [{"$ref": "#/components/schemas/Failure"}, {"type": "null"}]},
            "fence": {"type": "integer", "minimum": 0},
            "attempt": {"type": "integer", "minimum": 0},
            "at": {"$ref": "#/components/schemas/Time"}}},
          "History": {"type": "object", "required": ["job", "lifecycle", "entries", "next_after"], "properties": {
            "job": {"$ref": "#/components/schemas/JobID"},
            "lifecycle": {"type": "string"},
            "entries": {"type": "array", "items": {"$ref": "#/components/schemas/HistoryEntry"}},
            "next_after": {"type": ["integer", "null"], "description": "Where the next page begins; null: there is none."}}},
          "NewJob": {"type": "object", "required": ["lifecycle"], "additionalProperties": false, "properties": {
            "lifecycle": {"$ref": "#/components/schemas/LifecycleName"},
            "status": {"anyOf": [{"$ref": "#/components/schemas/Status"}, {"type": "null"}],
              "description": "The initial status; may be left out when there is only one."},
            "input": {"description": "What the job is started with: any JSON of at most 1 MiB."},
            "key": {"type": ["string", "null"], "minLength": 1, "maxLength": 255,
              "description": "While a job with it lives, starting again gives that job."},
            "owner": {"type": ["string", "null"], "minLength": 1, "maxLength": 255,
              "description": "A client's jobs are its own; operators may name anybody."},
            "priority": {"type": ["integer", "null"], "minimum": -1000, "maximum": 1000},
            "delay": {"type": ["string", "null"], "pattern": "^[0-9]{1,9}(us|ms|s|m|h|d)$",
              "description": "The job is not claimed before this time has passed, such as 30s or 6h."},
            "metadata": {"type": ["object", "null"], "description": "Free data, at most 64 KiB."},
            "reason": {"type": ["string", "null"], "maxLength": 4096}},
            "examples": [{"lifecycle": "export", "input": {"title": "Hello"}, "key": "page-1"}]},
          "NewJobs": {"type": "object", "required": ["jobs"], "additionalProperties": false, "properties": {
            "jobs": {"type": "array", "minItems": 1, "maxItems": \#(APILimits.longestBatch),
              "items": {"description": "A NewJob; what is wrong with one is that one's outcome."}}},
            "examples": [{"jobs": [{"lifecycle": "export"}]}]},
          "Outcomes": {"type": "object", "required": ["outcomes"], "properties": {
            "outcomes": {"type": "array", "items": {"type": "object", "properties": {
              "job": {"$ref": "#/components/schemas/StartedJob"},
              "problem": {"$ref": "#/components/schemas/Problem"}}}}}},
          "Move": {"type": "object", "required": ["to"], "additionalProperties": false, "properties": {
            "to": {"$ref": "#/components/schemas/Status"}, \#(common)},
            "examples": [{"to": "queued", "reason": "the upload is there"}]},
          "Action": {"type": "object", "additionalProperties": false, "properties": {\#(common)}},
          "HoldAction": {"type": "object", "required": ["name"], "additionalProperties": false, "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 255}, \#(common)}},
          "ReleaseAction": {"type": "object", "additionalProperties": false, "properties": {
            "metadata": {"type": ["object", "null"], "description": "Merged into the job's (RFC 7396)."}, \#(common)}}
        }
        """#

    private static let required =
        #""id", "lifecycle", "status", "owner", "key", "priority", "progress", "progress_detail", "failure", "#
        + #""attempt", "fence", "parked", "hold", "version", "created_at", "updated_at", "entered_at", "#
        + #""ended_at", "deadline", "available_at", "input", "output", "metadata""#

    private static let properties = #"""
        "id": {"$ref": "#/components/schemas/JobID"},
        "lifecycle": {"type": "string"},
        "status": {"type": "string"},
        "owner": {"$ref": "#/components/schemas/TextOrNull"},
        "key": {"$ref": "#/components/schemas/TextOrNull"},
        "priority": {"type": "integer"},
        "progress": {"type": "integer", "minimum": 0, "maximum": 100},
        "progress_detail": {"$ref": "#/components/schemas/TextOrNull"},
        "failure": {"anyOf": [{"$ref": "#/components/schemas/Failure"}, {"type": "null"}]},
        "attempt": {"type": "integer", "minimum": 0},
        "fence": {"type": "integer", "minimum": 0, "description": "The claim counter."},
        "parked": {"type": "boolean"},
        "hold": {"$ref": "#/components/schemas/TextOrNull"},
        "version": {"type": "integer", "minimum": 1, "description": "Counts the entries of the history; the ETag."},
        "created_at": {"$ref": "#/components/schemas/Time"},
        "updated_at": {"$ref": "#/components/schemas/Time"},
        "entered_at": {"$ref": "#/components/schemas/Time"},
        "ended_at": {"$ref": "#/components/schemas/TimeOrNull"},
        "deadline": {"$ref": "#/components/schemas/TimeOrNull"},
        "available_at": {"$ref": "#/components/schemas/Time"},
        "input": {"description": "What the job was started with."},
        "output": {"description": "What it leaves behind; null before."},
        "metadata": {"description": "Free data: an object."}
        """#

    private static let common = #"""
        "reason": {"type": ["string", "null"], "maxLength": 4096, "description": "Why, for the history."},
        "expecting": {"anyOf": [{"$ref": "#/components/schemas/Status"}, {"type": "null"}],
          "description": "The status in which the asker believes the job to be: 409 when it is elsewhere."}
        """#

    private static let example = #"""
        {"id": "0197a000-0000-7000-8000-000000000000", "lifecycle": "export", "status": "queued",
         "owner": "anna", "key": null, "priority": 0, "progress": 0, "progress_detail": null, "failure": null,
         "attempt": 0, "fence": 0, "parked": false, "hold": null, "version": 1,
         "created_at": "2026-01-31T12:00:00.000000Z", "updated_at": "2026-01-31T12:00:00.000000Z",
         "entered_at": "2026-01-31T12:00:00.000000Z", "ended_at": null,
         "deadline": "2026-01-31T18:00:00.000000Z", "available_at": "2026-01-31T12:00:00.000000Z",
         "input": {"title": "Hello"}, "output": null, "metadata": {}}
        """#
}
