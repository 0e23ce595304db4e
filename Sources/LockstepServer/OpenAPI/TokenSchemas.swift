/// The schemas of tokens, as JSON text.
enum TokenSchemas {
    static let text = #"""
        {
          "NewToken": {"type": "object", "required": ["user", "role"], "additionalProperties": false, "properties": {
            "user": {"type": "string", "minLength": 1, "maxLength": 255},
            "role": {"type": "string", "enum": ["admin", "operator", "worker", "client"]},
            "lifecycles": {"type": ["array", "null"], "minItems": 1, "maxItems": 100,
              "items": {"type": "string", "pattern": "^[a-z0-9_]{1,40}$"},
              "description": "For a worker: the lifecycles that it is bound to."},
            "note": {"type": ["string", "null"], "maxLength": 255},
            "expires_in": {"type": ["string", "null"], "pattern": "^[0-9]{1,9}(us|ms|s|m|h|d)$",
              "description": "How long it opens anything, such as 90d; until it is revoked without it."}}},
          "Token": {"type": "object", "required": [\#(required)], "properties": {\#(properties)}},
          "CreatedToken": {"type": "object", "required": [\#(required), "token"], "properties": {\#(properties),
            "token": {"type": "string"}}},
          "TokenList": {"type": "object", "required": ["tokens"], "properties": {
            "tokens": {"type": "array", "items": {"$ref": "#/components/schemas/Token"}}}}
        }
        """#

    private static let required =
        #""id", "user", "role", "lifecycles", "note", "created_at", "expires_at", "last_used_at""#
    private static let properties = #"""
        "id": {"type": "string"}, "user": {"type": "string"}, "role": {"type": "string"},
        "lifecycles": {"type": ["array", "null"], "items": {"type": "string"}},
        "note": {"$ref": "#/components/schemas/TextOrNull"},
        "created_at": {"$ref": "#/components/schemas/Time"},
        "expires_at": {"$ref": "#/components/schemas/TimeOrNull"},
        "last_used_at": {"$ref": "#/components/schemas/TimeOrNull"}
        """#
}
