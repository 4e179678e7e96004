import Foundation
import Sandboxing
import Testing

@Suite("What a hostile build left")
struct LeftFolderTests {
    private func place() throws -> (place: Place, folder: LeftFolder) {
        let place = try Place()
        try "SECRET".write(toFile: place.folder + "/key", atomically: true, encoding: .utf8)
        return (place, LeftFolder(place.build))
    }

    @Test("is read where it is a plain file, and nothing where there is none")
    func plain() throws {
        let (place, folder) = try place()
        try FileManager.default.createDirectory(
            atPath: place.build + "/a", withIntermediateDirectories: true)
        try "text".write(toFile: place.build + "/a/file", atomically: true, encoding: .utf8)
        #expect(try folder.contents("a/file") == Array("text".utf8))
        #expect(try folder.size("a/file") == ByteCount(bytes: 4))
        #expect(try folder.contents("a/none") == nil)
        #expect(try folder.contents("none/file") == nil)
        #expect(folder.hasFolder("a") && !folder.hasFolder("a/file") && !folder.hasFolder("none"))
    }

    @Test("is not followed out of its folder, by link or by name")
    func links() throws {
        let (place, folder) = try place()
        let manager = FileManager.default
        try manager.createSymbolicLink(
            atPath: place.build + "/link", withDestinationPath: place.folder + "/key")
        try manager.createSymbolicLink(atPath: place.build + "/way", withDestinationPath: place.folder)
        for name in ["link", "way/key", "../key", "a/../../key", "/key", ""] {
            #expect(throws: SandboxError.self, "\(name)") { _ = try folder.contents(name) }
        }
        #expect(!folder.hasFolder("way") && !folder.hasFolder(".."))
    }

    @Test("does not hold the farm up with a pipe, nor fill its memory with holes")
    func pipes() throws {
        let (place, folder) = try place()
        #expect(mkfifo(place.build + "/pipe", 0o600) == 0)
        #expect(throws: SandboxError.self) { _ = try folder.contents("pipe") }
        let large = place.build + "/large"
        #expect(FileManager.default.createFile(atPath: large, contents: nil))
        #expect(truncate(large, 1 << 40) == 0)
        #expect(throws: SandboxError.self) { _ = try folder.contents("large") }
        #expect(try folder.size("large") == ByteCount(bytes: 1 << 40))
    }
}
