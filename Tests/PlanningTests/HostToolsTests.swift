import Foundation
import Planning
import Testing

@Suite("Host tools")
struct HostToolsTests {
    @Test("The table of the farm can be read, and lists no libraries")
    func farm() throws {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appendingPathComponent("toolchain/host-tools.tsv"), encoding: .utf8)
        let tools = try HostTools(parsing: text)
        #expect(tools.names.count > 100)
        // Listed for makedepends_build; elsewhere it is a package for the target (SideTests).
        #expect(tools.names.filter { $0.hasSuffix("-dev") || $0.hasSuffix("-static") } == ["python3-dev"])
        #expect(tools["musl-libintl"]?.isForTarget == true)
        #expect(tools["cmake"]?.debianPackages == ["cmake"])
        #expect(tools.debianPackages(for: ["xz", "perl", "gcc", "cmd:perl"]) == ["perl", "xz-utils"])
    }

    @Test(
        "A line that says nothing is refused with its number",
        arguments: [
            (
                "a\tb\nc\n",
                "t.tsv:2:1: the line has no name and packages; write 'NAME<tab>DEBIAN PACKAGES or -<tab>remark'"
            ),
            (
                "a\t\n",
                "t.tsv:1:1: the line has no name and packages; write 'NAME<tab>DEBIAN PACKAGES or -<tab>remark'"
            ),
            (
                "# x\n\na\tb\na\tc\n",
                "t.tsv:4:1: 'a' is listed on line 3 too; write 'NAME<tab>DEBIAN PACKAGES or -<tab>remark'"
            ),
        ])
    func malformed(text: String, message: String) {
        let error = #expect(throws: HostTools.Malformed.self) { try HostTools(parsing: text, file: "t.tsv") }
        #expect(error?.description == message)
    }
}
