import Building
import Foundation
import Testing

/// Results of builds in the cache.
@Suite("Cached results")
struct BuildCacheTests {
    @Test("A result whose packages are damaged counts as none when it is looked into, and is replaced")
    func damaged() throws {
        let folder = NSTemporaryDirectory() + "cache-\(UUID().uuidString)"
        defer {
            // The system cleans what stays.
            try? FileManager.default.removeItem(atPath: folder)
        }
        let cache = BuildCache(folder: folder + "/builds")
        let result = BuildCache.Result(
            packages: ["a-1-r0.apk"], suite: nil, suiteNote: "", seconds: 1, epoch: 0)
        for text in ["no package", "another one"] {
            let staged = folder + "/staged"
            try FileManager.default.createDirectory(atPath: staged, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: staged + "/a-1-r0.apk"))
            try cache.store(result, staged: staged, as: "d1")
            #expect(cache.result(of: "d1") == result)
            #expect(cache.soundResult(of: "d1") == nil)
        }
        let empty = BuildCache.Result(packages: [], suite: nil, suiteNote: "", seconds: 1, epoch: 0)
        try FileManager.default.createDirectory(atPath: folder + "/staged", withIntermediateDirectories: true)
        try cache.store(empty, staged: folder + "/staged", as: "d2")
        #expect(cache.soundResult(of: "d2") == empty)
    }
}
