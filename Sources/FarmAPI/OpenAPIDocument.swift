public import Foundation
import Jobs

/// The description of the interface in OpenAPI 3.1, made from the table of routes.
public enum OpenAPIDocument {
    /// The document.
    /// - Throws: when it cannot be written as JSON, which a test excludes.
    public static func json(version: String) throws -> Data {
        var paths: [String: [String: Any]] = [:]
        for route in Route.all {
            paths[route.path, default: [:]][route.method.lowercased()] = operation(route)
        }
        let document: [String: Any] = [
            "openapi": "3.1.0",
            "info": [
                "title": "apkfarm", "version": version,
                "description": "A farm that rebuilds Alpine Linux for WebAssembly.",
            ],
            "paths": paths,
            "components": [
                "schemas": Schema.components.mapValues(\.json),
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
            ],
        ]
        return try JSONSerialization.data(
            withJSONObject: document, options: [.sortedKeys, .withoutEscapingSlashes])
    }

    private static func operation(_ route: Route) -> [String: Any] {
        var responses: [String: Any] = [:]
        var success: [String: Any] = ["description": "Done."]
        if let answer = route.answer { success["content"] = [answer.type: ["schema": answer.schema.json]] }
        responses["\(route.status)"] = success
        for (status, meaning) in problems(of: route) {
            responses["\(status)"] = [
                "description": meaning,
                "content": ["application/problem+json": ["schema": Schema.reference("Problem").json]],
            ]
        }
        var operation: [String: Any] = [
            "operationId": route.operation.rawValue, "summary": route.summary, "responses": responses,
        ]
        operation["parameters"] = route.parameters.map { parameter in
            [
                "name": parameter.name, "in": parameter.place.rawValue, "description": parameter.summary,
                "required": parameter.place == .path, "schema": parameter.schema.json,
            ] as [String: Any]
        }
        if let body = route.body {
            operation["requestBody"] = [
                "required": true, "content": [route.bodyType: ["schema": body.json]],
            ]
        }
        if let scope = route.scope {
            operation["security"] = [["token": [String]()]]
            operation["description"] = "Needs a token that allows \(scope.rawValue)."
        }
        return operation
    }

    /// What can go wrong, by status.
    private static func problems(of route: Route) -> [(Int, String)] {
        var problems: [(Int, String)] = []
        if route.scope != nil {
            problems += [
                (400, "The request is not understood."), (401, "There is no token, or it is not valid."),
                (403, "The token does not allow this."), (429, "Too many requests; see Retry-After."),
            ]
        }
        if route.path.contains("{") { problems.append((404, "There is no such thing.")) }
        let isOfJob = route.method == "POST" && route.path.contains("{")
        if isOfJob || route.path.contains("{digest}") {
            problems.append((409, "It cannot be done in this state, or the lease is lost."))
        }
        if route.path.contains("{digest}"), route.body == nil {
            problems.append((422, "The order has no such input."))
        }
        if route.body != nil {
            if !isOfJob, !route.path.contains("{digest}") {
                problems.append((409, "The idempotency key was used for another request."))
            }
            problems += [
                (413, "The body is too long."),
                (415, "The body is not JSON."),
                (422, "The request is understood and cannot be done, for example an unknown package."),
            ]
        }
        if route.operation == .writeOutput { problems.append((507, "The farm's disk is too full.")) }
        if route.operation == .readiness { problems.append((503, "Jobs cannot be taken now.")) }
        return problems
    }
}
