import Building
import FarmServices
import Foundation
import Testing

@Suite("Packages of the building machine")
struct HostPackagesTests {
    @Test("A tool that is not installed stops a build before it begins, with the command that helps")
    func absent() {
        let tools = ["xmlto": HostPackages.absent, "groff": HostPackages.absent, "perl": "5.36"]
        #expect(throws: BuildError.hostToolsAbsent(["groff", "xmlto"])) {
            try HostPackages.require(tools, of: ["perl": "5.36"])
        }
        let error = BuildError.hostToolsAbsent(["groff", "xmlto"])
        #expect(error.description.contains("apt-get install --no-install-recommends groff xmlto"))
    }

    @Test("A machine without dpkg is believed to have everything")
    func otherMachine() throws {
        try HostPackages.require(["xmlto": HostPackages.absent], of: [:])
        try HostPackages.require(["perl": "5.36"], of: ["perl": "5.36"])
    }

    @Test("The status file of dpkg is read; a package that was only configured once has no version")
    func status() throws {
        let path = NSTemporaryDirectory() + "status-" + UUID().uuidString
        defer { unlink(path) }
        try Data("Package: bc\nStatus: install ok installed\nVersion: 1.07\n\nPackage: dc\nStatus: x\n".utf8)
            .write(to: URL(fileURLWithPath: path))
        #expect(try HostPackages.installed(status: path) == ["bc": "1.07"])
    }
}
