import Foundation

/// Where packages come from: an in-toto statement v1 with a SLSA provenance v1 predicate.
public struct BuildStatement: Sendable, Equatable {
    /// A package file that the statement is about.
    public struct Subject: Sendable, Equatable {
        /// The file's name.
        public var name: String
        /// SHA-256 of its bytes, in hexadecimal digits.
        public var sha256: String

        /// A subject of these parts.
        public init(name: String, sha256: String) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// `_type` of in-toto statements (in-toto attestation framework, v1).
    public static let type = "https://in-toto.io/Statement/v1"
    /// `predicateType` of SLSA provenance v1.
    public static let predicateType = "https://slsa.dev/provenance/v1"
    /// What `buildDefinition.buildType` says of the farm's builds.
    public static let buildType = "urn:apkfarm:build:v1"

    /// The package files of the build.
    public var subjects: [Subject]
    /// What went into it.
    public var facts: BuildFacts
    /// Who built: a URI that names the key of the farm.
    public var builder: String

    /// A statement about these packages.
    public init(subjects: [Subject], facts: BuildFacts, builder: String) {
        self.subjects = subjects
        self.facts = facts
        self.builder = builder
    }

    /// The statement's JSON: equal statements give equal bytes.
    public func bytes() throws -> [UInt8] {
        var dependencies: [JSONText] = facts.recipeFiles.sorted { $0.key < $1.key }.map { name, digest in
            let path = "\(facts.repository)/\(facts.origin)/\(name)"
            // A link of the folder has a target instead of a digest.
            guard digest.utf8.count == 64 else {
                return ["name": .text(path), "annotations": ["target": .text(digest)]]
            }
            return ["name": .text(path), "digest": ["sha256": .text(digest)]]
        }
        dependencies += facts.sources.sorted { $0.key < $1.key }.flatMap { name, digests in
            digests.map { ["name": .text(name), "digest": ["sha512": .text($0)]] as JSONText }
        }
        dependencies += facts.dependencies.sorted { $0.name < $1.name }.map { dependency in
            [
                "name": .text(dependency.name),
                "uri": .text(PackageURL.text(dependency.name, dependency.version)),
                "digest": ["sha1": .text(dependency.sha1)],
                "annotations": ["of": "the package's control member, apk's identity"],
            ]
        }
        dependencies += facts.toolchain.sorted { $0.key < $1.key }.map { name, digest in
            ["name": .text(name), "digest": ["sha256": .text(digest)]]
        }
        let definition: JSONText = [
            "buildType": .text(Self.buildType),
            "externalParameters": [
                "repository": .text(facts.repository), "recipe": .text(facts.origin),
                "version": .text(facts.version), "checks": .text(facts.checks),
            ],
            "internalParameters": [
                "hostTools": .texts(facts.hostTools), "sourceDateEpoch": .number(Int(facts.epoch)),
            ],
            "resolvedDependencies": .list(dependencies),
        ]
        let statement: JSONText = [
            "_type": .text(Self.type), "predicateType": .text(Self.predicateType),
            "subject": .list(
                subjects.map { ["name": .text($0.name), "digest": ["sha256": .text($0.sha256)]] }),
            "predicate": [
                "buildDefinition": definition,
                "runDetails": [
                    "builder": ["id": .text(builder)],
                    "metadata": ["invocationId": .text(facts.requestDigest)],
                ],
            ],
        ]
        return try statement.bytes()
    }
}
