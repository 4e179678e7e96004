import Apk
import Foundation
public import Packages
import Signing

/// What a package is made of, as CycloneDX 1.6 (ECMA-424) has it.
///
/// CycloneDX and not SPDX 3, because one flat JSON document with one schema file says all that the farm knows (the
/// package, its files, its sources, what it was built with), the scanners that read Alpine's packages (grype, trivy,
/// osv-scanner) take it, and SPDX 3's JSON-LD needs a context to be read at all.
public enum BillOfMaterials {
    /// The document for a package: equal packages and facts give equal bytes.
    ///
    /// - Parameters:
    ///   - contents: what the package holds.
    ///   - sha256: of the package file, in hexadecimal digits.
    ///   - facts: what it was built of.
    public static func bytes(of contents: PackageContents, sha256: String, facts: BuildFacts) throws
        -> [UInt8]
    {
        let name = contents.info.name.description
        let version = contents.info.version.description
        let reference = PackageURL.text(name, version)
        let files = contents.entries.compactMap(file)
        let sources = facts.sources.sorted { $0.key < $1.key }.map(source)
        let built = facts.dependencies.sorted { $0.name < $1.name }.map(dependency)
        let document: JSONText = [
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX", "specVersion": "1.6", "version": .number(1),
            "serialNumber": .text("urn:uuid:" + uuid(reference + sha256)),
            "metadata": [
                "timestamp": .text(timestamp(facts.epoch)),
                "tools": ["components": [["type": "application", "name": "apkfarm"]]],
                "lifecycles": [["phase": "build"]],
                "component": component(contents, reference, sha256),
                "properties": [["name": "apkfarm:request", "value": .text(facts.requestDigest)]],
            ],
            "components": .list(files + sources + built),
            "dependencies": [
                [
                    "ref": .text(reference),
                    "dependsOn": .list(
                        facts.dependencies.map { .text(PackageURL.text($0.name, $0.version)) }),
                ]
            ],
        ]
        return try document.bytes()
    }

    private static func component(_ contents: PackageContents, _ reference: String, _ sha256: String)
        -> JSONText
    {
        let info = contents.info
        var component: [String: JSONText] = [
            "type": "library", "bom-ref": .text(reference), "purl": .text(reference),
            "name": .text(info.name.description), "version": .text(info.version.description),
            "hashes": [["alg": "SHA-256", "content": .text(sha256)]],
            "properties": .list(properties(contents)),
        ]
        if !info.summary.isEmpty { component["description"] = .text(info.summary.description) }
        if !info.license.isEmpty { component["licenses"] = [license(info.license.description)] }
        let url = info.url.description
        // The schema wants an IRI; what is none is left out.
        if url.hasPrefix("http"),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"<>\"{}|\\^`".utf8.contains($0) })
        {
            component["externalReferences"] = [["type": "website", "url": .text(url)]]
        }
        return .object(component)
    }

    private static func properties(_ contents: PackageContents) -> [JSONText] {
        var properties: [(String, String)] = [("apkfarm:identity", contents.identity.description)]
        if let origin = contents.info.origin { properties.append(("apkfarm:origin", origin.description)) }
        properties += contents.info.allDependencies.map { ("apkfarm:depends", $0.description) }
        properties += contents.info.allProvides.map { ("apkfarm:provides", $0.description) }
        return properties.map { ["name": .text($0.0), "value": .text($0.1)] }
    }

    /// An SPDX expression, or a name for what recipes write that is none (`custom`, two identifiers in a row).
    static func license(_ text: String) -> JSONText {
        let words = text.split(separator: " ").map { $0.drop { $0 == "(" } }
        var wantsOperand = true
        for word in words {
            let isOperator = ["AND", "OR", "WITH"].contains(word)
            let isOperand =
                word.contains { $0.isNumber } || word.contains("-") || ["Zlib", "MIT", "ISC"].contains(word)
            guard wantsOperand ? !isOperator && isOperand || word.hasSuffix(")") : isOperator else {
                return ["license": ["name": .text(text)]]
            }
            wantsOperand = isOperator
        }
        return wantsOperand ? ["license": ["name": .text(text)]] : ["expression": .text(text)]
    }

    private static func file(_ entry: TarEntry) -> JSONText? {
        guard case .file = entry.kind else { return nil }
        let path = "/" + entry.path.description
        var file: [String: JSONText] = [
            "type": "file", "bom-ref": .text("file:" + path), "name": .text(path),
        ]
        // a sum of another length is no SHA-1
        if let sha1 = entry.checksum, let digest = try? Digest(bytes: sha1) {
            file["hashes"] = [["alg": "SHA-1", "content": .text(digest.hex)]]
        }
        return .object(file)
    }

    private static func source(_ source: (key: String, value: [String])) -> JSONText {
        var component: [String: JSONText] = [
            "type": "file", "bom-ref": .text("source:" + source.key), "name": .text(source.key),
            "properties": [["name": "apkfarm:role", "value": "source"]],
        ]
        if let sha512 = source.value.first {
            component["hashes"] = [["alg": "SHA-512", "content": .text(sha512)]]
        }
        return .object(component)
    }

    private static func dependency(_ dependency: BuildFacts.Dependency) -> JSONText {
        let reference = PackageURL.text(dependency.name, dependency.version)
        return [
            "type": "library", "bom-ref": .text(reference), "purl": .text(reference), "scope": "excluded",
            "name": .text(dependency.name), "version": .text(dependency.version),
            "properties": [["name": "apkfarm:control-sha1", "value": .text(dependency.sha1)]],
        ]
    }

    /// A UUID that follows from a text (RFC 9562, version 8).
    static func uuid(_ text: String) -> String {
        var bytes = Array(SHA256.digest(of: Array(text.utf8)).bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { hex[$0].joined() }.joined(separator: "-")
    }

    static func timestamp(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
