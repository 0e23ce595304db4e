/// The schemas of uploads, as JSON text.
enum UploadSchemas {
    static let text = #"""
        {
          "NewUpload": {"type": "object", "required": ["name", "filename", "content_type", "size"],
            "additionalProperties": false, "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 255,
              "description": "What the lifecycle calls it: video for needs: upload:video."},
            "filename": {"type": "string", "minLength": 1, "maxLength": 255, "description": "For people."},
            "content_type": {"type": "string", "maxLength": 255, "examples": ["video/mp4"]},
            "size": {"type": "integer", "minimum": 1, "maximum": 9223372036854775807, "description": "Bytes, exactly."},
            "sha256": {"type": ["string", "null"], "pattern": "^[0-9A-Fa-f]{64}$"},
            "parts": {"type": ["boolean", "null"], "description": "Whether it can be sent in parts."}},
            "examples": [{"name": "video", "filename": "match.mp4", "content_type": "video/mp4", "size": 1048576}]},
          "PermitRequest": {"type": "object", "required": ["url", "method", "headers"], "properties": {\#(request),
            "from": {"type": "integer", "minimum": 0, "description": "The first byte of this part."},
            "to": {"type": "integer", "minimum": 0, "description": "The byte after its last one."}}},
          "Permit": {"type": "object", "required": ["upload"], "properties": {
            "upload": {"type": "object", "required": ["expires_at"], "properties": {\#(request),
              "expires_at": {"$ref": "#/components/schemas/Time"},
              "parts": {"type": "array", "items": {"$ref": "#/components/schemas/PermitRequest"},
                "description": "Instead of url: a request for each part."}}}}},
          "CompletedUploads": {"type": "object", "required": ["outcome", "message", "job"], "properties": {
            "outcome": {"type": "string", "enum": ["verified", "already_processed"]},
            "message": {"type": "string"},
            "job": {"$ref": "#/components/schemas/Job"}}},
          "UploadList": {"type": "object", "required": ["job", "uploads"], "properties": {
            "job": {"$ref": "#/components/schemas/JobID"},
            "uploads": {"type": "array", "items": {"type": "object", "required": ["name", "filename", "content_type",
              "size", "sha256", "state", "announced_at", "expires_at", "verified_at", "refusal", "refused_at", "refusals"],
              "properties": {
              "name": {"type": "string"}, "filename": {"type": "string"}, "content_type": {"type": "string"},
              "size": {"type": "integer", "minimum": 1},
              "sha256": {"$ref": "#/components/schemas/TextOrNull"},
              "state": {"type": "string", "enum": ["announced", "verified"]},
              "announced_at": {"$ref": "#/components/schemas/Time"},
              "expires_at": {"$ref": "#/components/schemas/Time"},
              "verified_at": {"$ref": "#/components/schemas/TimeOrNull"},
              "refusal": {"$ref": "#/components/schemas/TextOrNull"},
              "refused_at": {"$ref": "#/components/schemas/TimeOrNull"},
              "refusals": {"type": "integer", "minimum": 0, "description": "How often a complete was refused."}}}}}}
        }
        """#

    private static let request = #"""
        "url": {"type": "string"}, "method": {"type": "string", "enum": ["PUT"]},
        "headers": {"type": "object", "additionalProperties": {"type": "string"},
          "description": "They must be sent exactly so."}
        """#
}
