import Apk
import Foundation
import Testing

@Suite("Versions")
struct VersionTests {
    @Test func `the order is apk's`() throws {
        let table = try rows("versions.txt")
        #expect(table.count >= 200)
        for row in table {
            let left = try PackageVersion(parsing: row[0])
            let right = try PackageVersion(parsing: row[2])
            let expected: PackageVersion.Ordering = row[1] == "<" ? .less : row[1] == ">" ? .greater : .equal
            let reversed: PackageVersion.Ordering = row[1] == "<" ? .greater : row[1] == ">" ? .less : .equal
            #expect(left.compare(right) == expected, "\(row)")
            #expect(right.compare(left) == reversed, "\(row) the other way")
            #expect(left.compare(left) == .equal)
        }
    }

    @Test func `the order is total`() throws {
        let versions = Set(try rows("versions.txt").flatMap { [$0[0], $0[2]] }).sorted()
            .map { try? PackageVersion(parsing: $0) }.compactMap { $0 }
        let sorted = versions.sorted()
        for (index, left) in sorted.enumerated() {
            for right in sorted[(index + 1)...] { #expect(left < right && !(right < left) && left != right) }
        }
    }

    @Test func `what is valid is what apk accepts`() throws {
        for row in try rows("valid-versions.txt") {
            #expect(PackageVersion.isValid(Array(row[1].utf8)[...]) == (row[0] == "yes"), "\(row[1])")
        }
        #expect(!PackageVersion.isValid([]))
        #expect { try PackageVersion(parsing: "1.x") } throws: { "\($0)".hasPrefix("'1.x' is no version") }
    }

    @Test func `release and upstream part are told apart`() throws {
        let version = try PackageVersion(parsing: "1.2.3_rc1-r3001")
        #expect(version.release == 3001)
        #expect(version.upstream == "1.2.3_rc1")
        #expect(try PackageVersion(parsing: "1.2").release == nil)
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["APK_REAL"] != nil, "set APK_REAL to a real apk"))
    func `the real apk agrees with the table`() throws {
        let real = try #require(ProcessInfo.processInfo.environment["APK_REAL"])
        let isOld = try ask(real, ["--version"]).contains("apk-tools 2.")
        for row in try rows("versions.txt") {
            // 2.14 knows no commit part, and reads 1.00 and numbers of more than 18 digits in its own way.
            if isOld, row.contains(where: { $0.contains("~") || $0.hasSuffix(".00") || $0.count > 20 }) {
                continue
            }
            #expect(try ask(real, ["version", "-t", row[0], row[2]]) == row[1], "\(row)")
        }
    }

    private func ask(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let answer = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return answer.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
