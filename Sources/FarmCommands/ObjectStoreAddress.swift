import Foundation
import Packages

/// `s3://BUCKET/KEY` as an object store's HTTP address, with the names that other programs give its settings:
/// `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, `AWS_REGION` or `AWS_DEFAULT_REGION`, and, for stores that do not let
/// everybody read, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
struct ObjectStoreAddress {
    private let environment: [String: String]

    init(environment: [String: String]) { self.environment = environment }

    private func first(_ names: String...) -> String? {
        names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    private var region: String { first("AWS_REGION", "AWS_DEFAULT_REGION") ?? "us-east-1" }

    /// The lines of curl's configuration that fetch from an address into a file.
    ///
    /// - Throws: `PackageError` for an address or a setting that cannot stand in them.
    func configuration(_ address: String, _ path: String) throws -> String {
        guard address.hasPrefix("s3://") else {
            return "url = \(try quoted(address, address))\noutput = \(try quoted(path, address))\n"
        }
        let place = address.dropFirst("s3://".count)
        guard let slash = place.firstIndex(of: "/"), slash > place.startIndex else {
            throw PackageError(path: address, reason: "names no bucket; one looks like s3://BUCKET/FOLDER")
        }
        var endpoint =
            first("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") ?? "https://s3.\(region).amazonaws.com"
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        var lines = "url = \(try quoted(endpoint + "/" + Self.encoded(place), address))\n"
        lines += "output = \(try quoted(path, address))\n"
        if let key = first("AWS_ACCESS_KEY_ID"), let secret = first("AWS_SECRET_ACCESS_KEY") {
            lines += "aws-sigv4 = \(try quoted("aws:amz:\(region):s3", address))\n"
            lines += "user = \(try quoted("\(key):\(secret)", address))\n"
            if let token = first("AWS_SESSION_TOKEN") {
                lines += "header = \(try quoted("x-amz-security-token: \(token)", address))\n"
            }
        }
        return lines
    }

    /// A key as it stands in an address: signatures are over the encoded form (RFC 3986, 2.3).
    private static func encoded(_ place: Substring) -> String {
        var text = ""
        for byte in place.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
                text.append(Character(UnicodeScalar(byte)))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return text
    }

    /// A value of curl's configuration.
    private func quoted(_ value: String, _ address: String) throws -> String {
        guard !value.utf8.contains(where: { $0 < 0x20 }) else {
            throw PackageError(path: address, reason: "it or one of the AWS settings has a control character")
        }
        return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
