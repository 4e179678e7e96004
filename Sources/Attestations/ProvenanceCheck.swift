import Foundation
public import Signing

/// What a believed statement says about a package.
public struct ProvenanceVerdict: Sendable, Equatable, Encodable {
    /// The package file's name.
    public var package: String
    /// SHA-256 of its bytes.
    public var sha256: String
    /// The key that signed the statement.
    public var signer: String
    /// Who built it.
    public var builder: String
    /// Repository and recipe: `main/zlib`.
    public var recipe: String
    /// The published version.
    public var version: String
    /// SHA-256 of the build's request.
    public var request: String
    /// Sources, recipe files, packages and tools that went into it.
    public var inputs: Int
}

/// Checks statements.
public enum ProvenanceCheck {
    /// What is read of a statement.
    private struct Statement: Decodable {
        struct Subject: Decodable {
            let name: String
            let digest: [String: String]
        }
        struct Predicate: Decodable {
            struct Definition: Decodable {
                let buildType: String
                let externalParameters: [String: String]
                let resolvedDependencies: [Item]
            }
            struct Item: Decodable { let name: String? }
            struct Run: Decodable {
                struct Builder: Decodable { let id: String }
                struct Metadata: Decodable { let invocationId: String? }
                let builder: Builder
                let metadata: Metadata?
            }
            let buildDefinition: Definition
            let runDetails: Run
        }
        let _type: String
        let predicateType: String
        let subject: [Subject]
        let predicate: Predicate
    }

    /// Checks that a trusted key signed the statement and that it is about this package file's bytes.
    ///
    /// - Parameters:
    ///   - package: the package file.
    ///   - statement: the envelope beside it.
    /// - Throws: `AttestationError`, or `SigningError` when the package cannot be read.
    public static func verify(package: String, statement path: String, keys: KeyRing) throws
        -> ProvenanceVerdict
    {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw AttestationError.unreadable(path: path, reason: "there is no statement")
        }
        let envelope = try Envelope(bytes: Array(data), path: path)
        let signer = try envelope.signer(in: keys, path: path)
        guard envelope.payloadType == Envelope.inToto else {
            throw AttestationError.unreadable(
                path: path, reason: "holds \(envelope.payloadType), no in-toto statement")
        }
        let statement: Statement
        do { statement = try JSONDecoder().decode(Statement.self, from: envelope.payload) } catch {
            throw AttestationError.unreadable(path: path, reason: "its statement has another form")
        }
        guard statement._type == BuildStatement.type, statement.predicateType == BuildStatement.predicateType,
            statement.predicate.buildDefinition.buildType == BuildStatement.buildType
        else {
            throw AttestationError.unreadable(path: path, reason: "is no SLSA provenance of a farm's build")
        }
        let name = package.split(separator: "/").last.map(String.init) ?? package
        let sha256 = try SHA256.digest(ofFile: package).hex
        guard let subject = statement.subject.first(where: { $0.name == name }) else {
            throw AttestationError.foreign(path: path, reason: "says nothing about \(name)")
        }
        guard subject.digest["sha256"] == sha256 else {
            throw AttestationError.foreign(path: path, reason: "is about other bytes of \(name)")
        }
        let parameters = statement.predicate.buildDefinition.externalParameters
        return ProvenanceVerdict(
            package: name, sha256: sha256, signer: signer, builder: statement.predicate.runDetails.builder.id,
            recipe: "\(parameters["repository"] ?? "")/\(parameters["recipe"] ?? "")",
            version: parameters["version"] ?? "",
            request: statement.predicate.runDetails.metadata?.invocationId ?? "",
            inputs: statement.predicate.buildDefinition.resolvedDependencies.count)
    }
}
