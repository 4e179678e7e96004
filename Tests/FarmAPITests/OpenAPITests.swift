import FarmAPI
import Foundation
import Testing

@Suite("The interface's description")
struct OpenAPITests {
    private func document() throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: try OpenAPIDocument.json(version: "1"))
        return try #require(json as? [String: Any])
    }

    @Test("Every operation has a route and stands in the document")
    func complete() throws {
        let paths = try #require(try document()["paths"] as? [String: [String: [String: Any]]])
        let said = Set(paths.values.flatMap(\.values).compactMap { $0["operationId"] as? String })
        #expect(said == Set(Operation.allCases.map(\.rawValue)))
        #expect(Route.all.count == Operation.allCases.count)
    }

    @Test("Every reference leads somewhere")
    func references() throws {
        let text = String(decoding: try OpenAPIDocument.json(version: "1"), as: UTF8.self)
        let document = try document()
        let components = try #require(document["components"] as? [String: Any])
        let schemas = try #require(components["schemas"] as? [String: Any])
        for match in text.matches(of: /#\/components\/schemas\/([A-Za-z]+)/) {
            #expect(schemas[String(match.1)] != nil, "\(match.1)")
        }
    }

    @Test("Whatever changes something needs a token")
    func scopes() {
        for route in Route.all where route.method != "GET" { #expect(route.scope != nil, "\(route.path)") }
    }

    @Test("A path matches its route only, with its parameters")
    func matching() throws {
        let route = try #require(Route.all.first { $0.operation == .cancelJob })
        #expect(route.match("/api/v1/jobs/12/cancel") == ["id": "12"])
        #expect(route.match("/api/v1/jobs//cancel") == nil)
        #expect(route.match("/api/v1/jobs/12/cancel/") == nil)
        #expect(route.match("/api/v1/jobs/12") == nil)
    }

    @Test("Secrets are long, different, and kept as digests")
    func secrets() {
        let one = TokenSecret()
        #expect(one.text.count == "apkfarm_".count + 64)
        #expect(one.text != TokenSecret().text)
        #expect(TokenSecret(one.text).digest == one.digest)
        #expect(!one.digest.contains(one.text))
    }
}
