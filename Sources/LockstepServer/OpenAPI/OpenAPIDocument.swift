import HTTPTypes
import Lockstep

/// The API as an OpenAPI 3.1 document, made from the table of routes that the router is made from.
struct OpenAPIDocument {
    let routes: [APIRoute]
    let definitions: [Definition]

    /// The document.
    var json: JSONValue {
        get throws {
            .object([
                "openapi": "3.1.0",
                "info": .object([
                    "title": "Lockstep", "version": "1",
                    "summary": "Jobs, their lifecycles, and the workers that move them.",
                    "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
                ]),
                "servers": [["url": "/"]],
                "tags": .array(tags),
                "security": [["bearer": []]],
                "paths": .object(try paths()),
                "components": .object([
                    "schemas": .object(try schemas()), "headers": try JSONValue(parsing: Self.headers),
                    "securitySchemes": [
                        "bearer": [
                            "type": "http", "scheme": "bearer",
                            "description": "A token in the Authorization header (RFC 6750).",
                        ]
                    ],
                ]),
            ])
        }
    }

    private var tags: [JSONValue] {
        var seen: Set<String> = []
        return routes.map(\.tag).filter { seen.insert($0).inserted }.map { .object(["name": .string($0)]) }
    }

    // MARK: Schemas

    private var hasTokens: Bool { routes.contains { $0.path == "/v1/tokens" } }

    private func schemas() throws -> [String: JSONValue] {
        var schemas = try Self.plain.get()
        if hasTokens { schemas.merge(try Self.ofTokens.get()) { $1 } }
        schemas["LifecycleName"] = Self.choice(
            definitions.map(\.name), "The name of an installed lifecycle.")
        schemas["Status"] = Self.choice(
            Set(definitions.flatMap(\.names)).sorted(), "A status of an installed lifecycle.")
        return schemas
    }

    /// Reading the texts takes longer than all the rest, and they never change.
    private static let plain = read([JobSchemas.text, UploadSchemas.text, ServerSchemas.text])
    private static let ofTokens = read([TokenSchemas.text])

    private static func read(_ texts: [String]) -> Result<[String: JSONValue], any Error> {
        Result {
            try texts.reduce(into: [:]) { schemas, text in
                guard case .object(let members) = try JSONValue(parsing: text) else { return }
                schemas.merge(members) { $1 }
            }
        }
    }

    /// Where nothing is installed yet, any text may be right.
    private static func choice(_ names: [String], _ words: String) -> JSONValue {
        var schema: [String: JSONValue] = ["type": "string", "description": .string(words)]
        if !names.isEmpty { schema["enum"] = .array(names.map(JSONValue.string)) }
        return .object(schema)
    }

    private static func reference(_ schema: String) -> JSONValue {
        .object(["$ref": .string("#/components/schemas/\(schema)")])
    }

    private static let headers = #"""
        {
          "ETag": {"description": "The job's version, for If-Match.", "required": true, "schema": {"type": "string", "pattern": "^\"[0-9]+\"$"}},
          "Location": {"description": "Where it is.", "required": true, "schema": {"type": "string"}},
          "WWW-Authenticate": {"description": "The challenge (RFC 6750).", "required": true, "schema": {"type": "string"}},
          "Retry-After": {"description": "Seconds.", "schema": {"type": "string", "pattern": "^[0-9]+$"}}
        }
        """#

    // MARK: Paths

    private func paths() throws -> [String: JSONValue] {
        var paths: [String: [String: JSONValue]] = [:]
        for route in routes {
            paths[route.path, default: [:]][route.method.rawValue.lowercased()] = try operation(route)
        }
        return paths.mapValues(JSONValue.object)
    }

    private func operation(_ route: APIRoute) throws -> JSONValue {
        var operation: [String: JSONValue] = [
            "operationId": .string(route.name), "summary": .string(route.summary),
            "tags": .array([.string(route.tag)]), "responses": .object(responses(route)),
        ]
        if route.isOpen {
            operation["security"] = []
        } else {
            let roles = route.roles.map(\.rawValue).sorted()
            operation["description"] = .string("For the roles " + roles.joined(separator: ", ") + ".")
            operation["x-roles"] = .array(roles.map(JSONValue.string))
        }
        let parameters = pathParameters(route) + (try route.parameters.map(parameter))
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = route.body {
            operation["requestBody"] = .object([
                "required": .bool(body.isRequired),
                "content": .object([
                    "application/json": .object(["schema": Self.reference(body.schema)])
                ]),
            ])
        }
        return .object(operation)
    }

    private func pathParameters(_ route: APIRoute) -> [JSONValue] {
        route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { part in
            let name = String(part.dropFirst().dropLast())
            let schema: JSONValue =
                if route.path.hasPrefix("/v1/lifecycles") {
                    Self.reference("LifecycleName")
                } else if route.path.hasPrefix("/v1/tokens") {
                    ["type": "string", "pattern": "^[0-9a-f]{16}$"]
                } else if name == "id", route.path.hasPrefix("/v1/jobs") {
                    Self.reference("JobID")
                } else {
                    ["type": "string", "minLength": 1, "maxLength": 255]
                }
            return .object([
                "name": .string(name), "in": "path", "required": true, "schema": schema,
            ])
        }
    }

    private func parameter(_ parameter: APIRoute.Parameter) throws -> JSONValue {
        .object([
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
            "description": .string(parameter.summary), "required": false,
            "schema": try JSONValue(parsing: parameter.schema),
        ])
    }

    private func responses(_ route: APIRoute) -> [String: JSONValue] {
        var responses: [String: JSONValue] = [:]
        for answer in route.answers {
            var response: [String: JSONValue] = ["description": .string(answer.summary)]
            let content = answer.content.map { content in
                let schema = content.schema.map(Self.reference) ?? ["type": "string"]
                return (content.type, JSONValue.object(["schema": schema]))
            }
            if !content.isEmpty { response["content"] = .object(Dictionary(content) { $1 }) }
            if !answer.headers.isEmpty { response["headers"] = Self.headers(answer.headers) }
            let links = links(from: route)
            if !links.isEmpty { response["links"] = .object(links) }
            responses[String(answer.status)] = .object(response)
        }
        for status in route.problems { responses[String(status)] = Self.problem(status) }
        return responses
    }

    /// What can be done next with the id that an answer holds.
    private func links(from route: APIRoute) -> [String: JSONValue] {
        let (prefix, id): (String, String) =
            switch route.name {
            case APIOperation.startJob.rawValue: ("/v1/jobs/{id}", "$response.body#/id")
            case APIOperation.listJobs.rawValue, APIOperation.claimJobs.rawValue:
                ("/v1/jobs/{id}", "$response.body#/jobs/0/id")
            case APIOperation.registerWorker.rawValue: ("/v1/workers/{id}", "$response.body#/id")
            default: ("", "")
            }
        guard !prefix.isEmpty else { return [:] }
        let targets = routes.filter { $0.path.hasPrefix(prefix) }
        return Dictionary(
            targets.map { target in
                (
                    target.name,
                    .object([
                        "operationId": .string(target.name), "parameters": .object(["id": .string(id)]),
                    ])
                )
            }, uniquingKeysWith: { $1 })
    }

    private static func headers(_ names: [String]) -> JSONValue {
        .object(
            Dictionary(
                names.map { ($0, .object(["$ref": .string("#/components/headers/\($0)")])) },
                uniquingKeysWith: { $1 }))
    }

    private static func problem(_ status: Int) -> JSONValue {
        let words =
            switch status {
            case 400: "The request cannot be read."
            case 401: "A known token is needed."
            case 403: "The token's role may not do this."
            case 404: "It is not there, or belongs to somebody else."
            case 408: "The body took too long."
            case 409: "It cannot be done with things as they are."
            case 412: "The job has changed since it was read."
            case 413: "The body is too large."
            case 415: "The body is no JSON."
            case 416: "There are no such bytes."
            case 422: "A value is not what it must be."
            case 429: "Too many requests of one user, or failures of one address; see Retry-After."
            case 501: "This server does not do it."
            case 503: "It may work soon; see Retry-After."
            default: "Something that takes an administrator went wrong."
            }
        var response: [String: JSONValue] = [
            "description": .string(words),
            "content": .object(["application/problem+json": .object(["schema": reference("Problem")])]),
        ]
        if status == 401 { response["headers"] = headers(["WWW-Authenticate"]) }
        if status == 503 || status == 429 { response["headers"] = headers(["Retry-After"]) }
        return .object(response)
    }
}
