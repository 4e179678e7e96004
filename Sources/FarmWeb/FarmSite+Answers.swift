import FarmAPI
import FarmServices
import FlyingFox
import Foundation
import Jobs
import Planning
import Publishing

extension FarmSite {
    /// A good answer as JSON.
    static func json(_ value: some Encodable, status: Int = 200) throws -> HTTPResponse {
        json(try WireJSON.encode(value), status: status)
    }

    static func json(_ data: Data, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            statusCode: HTTPStatusCode(status, phrase: status == 201 ? "Created" : "OK"),
            headers: [.contentType: "application/json", HTTPHeader("Cache-Control"): "no-store"], body: data)
    }

    static func text(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            statusCode: HTTPStatusCode(status, phrase: status == 200 ? "OK" : "Service Unavailable"),
            headers: [.contentType: "text/plain; charset=utf-8"], body: Data(text.utf8))
    }

    /// A problem as an answer.
    static func refusal(_ problem: Problem) -> HTTPResponse {
        // A problem of texts and a number can always be written.
        let body = (try? WireJSON.encode(problem)) ?? Data()
        var headers: HTTPHeaders = [
            .contentType: "application/problem+json", HTTPHeader("Cache-Control"): "no-store",
        ]
        if problem.status == 401 { headers[HTTPHeader("WWW-Authenticate")] = "Bearer realm=\"apkfarm\"" }
        if problem.status == 405 {
            headers[HTTPHeader("Allow")] = problem.cure.map { String($0.dropFirst("use ".count)) }
        }
        return HTTPResponse(
            statusCode: HTTPStatusCode(problem.status, phrase: problem.title), headers: headers, body: body)
    }

    /// What an error means to who asked.
    static func problem(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let error as PlanningError:
            Problem(422, "cannot-be-planned", "Cannot be planned", error.description)
        case JobStoreError.noJob(let id):
            Problem(404, "no-job", "No such job", JobStoreError.noJob(id).description)
        case let error as JobStoreError:
            switch error {
            case .noRecipe: Problem(404, "no-recipe", "No such recipe", error.description)
            case .noTrouble: Problem(409, "not-quarantined", "Not in quarantine", error.description)
            case .fenced: Problem(409, "lease-lost", "Lease lost", error.description)
            case .refused: Problem(409, "wrong-state", "Not in this state", error.description)
            case .openAttempt: Problem(409, "wrong-state", "Not in this state", error.description)
            default: Problem(500, "farm", "The farm failed", error.description, cure: "see its log")
            }
        case let error as TriggerDesk.Unknown:
            Problem(404, "no-trigger", "No such trigger", error.description)
        case let error as RecipeFolders.Unseen:
            Problem(409, "not-seen", "Cannot be seen", error.description)
        case let error as RepositoryVerbs.Refusal:
            Problem(422, "refused", "Refused", error.description)
        case let error as SigningKeysError:
            Problem(422, "no-key", "No such key", "\(error)")
        case let error as PublishingError:
            switch error {
            case .harmful, .olderVersion, .incomplete, .noSnapshot, .immutable, .withdrawn:
                Problem(409, "not-published", "Nothing was changed", error.description)
            case .unknownPackage: Problem(422, "no-package", "No such package", error.description)
            default: Problem(500, "farm", "The farm failed", error.description, cure: "see its log")
            }
        case let error as Quarantined:
            Problem(409, "quarantined", "In quarantine", error.description, cure: error.cure)
        case let error as WorkerDesk.Refusal:
            switch error.kind {
            case .content: Problem(422, "refused", "Refused", error.description)
            case .tooMuch: Problem(413, "too-long", "Too long", error.description)
            case .noSpace: Problem(507, "no-space", "Insufficient Storage", error.description)
            case .foreign: Problem(403, "foreign-lease", "Not allowed", error.description)
            case .unfit: Problem(409, "unfit-worker", "Unfit worker", error.description)
            }
        default: Problem(500, "farm", "The farm failed", "\(error)", cure: "see its log")
        }
    }

    /// A request's JSON body.
    /// - Throws: `Problem` 413, 415 or 400.
    static func body<Value: Decodable>(
        _ type: Value.Type, of request: HTTPRequest
    ) async throws -> (value: Value, bytes: Data) {
        let media = (request.headers[.contentType] ?? "").split(separator: ";").first.map(String.init) ?? ""
        guard media.trimmingCharacters(in: .whitespaces).lowercased() == "application/json" else {
            throw Problem(
                415, "not-json", "Not JSON", "the body is '\(media)'",
                cure: "send Content-Type: application/json")
        }
        let tooLong = Problem(
            413, "too-long", "Too long", "the body has more than 1 MiB", cure: "ask in parts")
        if let count = request.bodySequence.count, count > 1 << 20 { throw tooLong }
        var data = Data()
        do {
            for try await piece in request.bodySequence {
                data += piece
                if data.count > 1 << 20 { throw tooLong }
            }
        } catch let problem as Problem { throw problem } catch {
            throw Problem(400, "cut", "Not understood", "the body ends too early")
        }
        do { return (try WireJSON.decode(type, from: data), data) } catch {
            throw Problem(
                400, "not-understood", "Not understood", "the body is not what this takes: \(error)",
                cure: "see /api/v1/openapi.json")
        }
    }

    /// A whole number of the query; nil when it is not there.
    static func number(_ name: String, _ range: ClosedRange<Int>, in request: HTTPRequest) throws -> Int? {
        guard let item = request.query.first(where: { $0.name == name }) else { return nil }
        guard let number = Int(item.value), range.contains(number) else {
            throw Problem(
                400, "bad-parameter", "Not understood",
                "\(name)=\(item.value) is no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    static func jobID(_ values: [String: String]) throws -> JobID {
        guard let number = Int64(values["id"] ?? ""), number > 0 else {
            throw Problem(404, "no-job", "No such job", "'\(values["id"] ?? "")' is no job's number")
        }
        return JobID(number)
    }
}
