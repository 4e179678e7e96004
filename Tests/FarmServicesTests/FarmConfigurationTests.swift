import FarmServices
import Foundation
import Testing

@Suite("A farm's settings")
struct FarmConfigurationTests {
    private func refusal(_ text: String) -> String? {
        do {
            _ = try FarmConfiguration(parsing: text, path: "apkfarm.conf")
            return nil
        } catch { return error.description }
    }

    @Test("What init writes is read, and says what the defaults are")
    func sample() throws {
        let text = FarmConfiguration.sample(share: "/share", aports: ["/aports"])
        let read = try FarmConfiguration(parsing: text, path: "x")
        var expected = FarmConfiguration(share: "/share")
        expected.aports = ["/aports"]
        #expect(read == expected)
    }

    @Test("The sample has every key, each with words above it, and can be used with all of them")
    func everyKey() throws {
        let sample = FarmConfiguration.sample(share: "/share", aports: [])
        let lines = sample.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // A setting that is commented out has no space after the sign, words have one.
        func key(_ line: String) -> String? {
            let text = line.hasPrefix("#") ? line.dropFirst() : line[...]
            guard !text.hasPrefix(" "), let sign = text.range(of: " = ") else { return nil }
            return String(text[..<sign.lowerBound])
        }
        #expect(Set(lines.compactMap(key)) == Set(FarmConfiguration.keys))
        for (index, line) in lines.enumerated() where key(line) != nil {
            let above = lines[index - 1]
            #expect(above.hasPrefix("# ") || key(above) == key(line), "\(line) has no words above it")
        }
        let all = lines.map { key($0) == nil || !$0.hasPrefix("#") ? $0 : String($0.dropFirst()) }
        let read = try FarmConfiguration(parsing: all.joined(separator: "\n"), path: "sample")
        #expect(read.triggers.count == 3 && read.aports.count == 1 && read.webhooks.count == 1)
    }

    @Test("An unknown key is refused with its line and what was meant")
    func unknown() {
        #expect(
            refusal("share = /s\nworker = 3\n")
                == "apkfarm.conf:2:1: no key 'worker'; did you mean 'workers'?; docs/operating.md lists the keys"
        )
    }

    @Test(
        "Values of another kind are refused",
        arguments: [
            "workers = many", "workers = -1", "workers = 65", "lease-seconds = 1", "lease-seconds = x",
            "public-dashboard = 1", "x",
        ])
    func values(line: String) {
        #expect(refusal("share = /s\n\(line)\n")?.hasPrefix("apkfarm.conf:2:1: ") == true)
    }

    @Test("No worker of the daemon's own is a choice: others build")
    func noWorkers() throws {
        #expect(try FarmConfiguration(parsing: "share = /s\nworkers = 0\n", path: "x").workers == 0)
    }

    @Test("Without a share folder there is no farm")
    func noShare() {
        #expect(refusal("workers = 2\n")?.contains("'share' is missing") == true)
    }
}
