import FarmServices
import Foundation
import Testing

/// Keys in a folder.
@Suite("Signing keys")
struct SigningKeysTests {
    @Test(
        "A key that others may read or change is refused with its mode and what helps",
        arguments: [0o644, 0o640, 0o602])
    func open(mode: Int) throws {
        let folder = NSTemporaryDirectory() + "keys-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer {
            // The system cleans what stays.
            try? FileManager.default.removeItem(atPath: folder)
        }
        let path = folder + "/a.rsa"
        try Data("no key at all".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let error = #expect(throws: SigningKeysError.self) {
            try SigningKeys(folder: folder, agent: nil).key()
        }
        #expect(error == .open(path, mode))
        #expect(error?.description.contains("mode 0\(String(mode, radix: 8))") == true)
        #expect(error?.description.contains("chmod 600 \(path)") == true)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        // Now it is read, and is none.
        #expect(throws: (any Error).self) { try SigningKeys(folder: folder, agent: nil).key() }
    }
}
