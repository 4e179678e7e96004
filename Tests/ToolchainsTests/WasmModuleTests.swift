import Testing
import Toolchains

/// A module with one import of each kind, one export and two custom sections, put together by hand.
private func sample() -> [UInt8] {
    func name(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
    func section(_ id: UInt8, _ body: [UInt8]) -> [UInt8] { [id, UInt8(body.count)] + body }
    var bytes: [UInt8] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
    bytes += section(1, [1, 0x60, 0, 0])
    bytes += section(
        2,
        [3] + name("env") + name("memory") + [2, 3, 2, 0x80, 0x80, 1]
            + name("linux") + name("fork") + [0, 0]
            + name("env") + name("tag") + [4, 0, 0])
    bytes += section(7, [1] + name("_start") + [0, 1])
    bytes += section(0, name("apkfarm.abi") + Array("version=1\nfork=1\ncontains=a\ncontains=b\n".utf8))
    return bytes
}

@Suite struct WasmModuleTests {
    @Test func importsExportsAndSectionsAreRead() throws {
        let module = try WasmModule(sample())
        #expect(module.imports.map(\.name) == ["memory", "fork", "tag"])
        #expect(module.kind == .program)
        let record = SectionRecord(try #require(module.customSections["apkfarm.abi"]))
        #expect(record.values("contains") == ["a", "b"])
    }

    @Test func everyCutOfAModuleFailsOrReadsWholeSectionsOnly() throws {
        let bytes = sample()
        var whole = 0
        for length in 0..<bytes.count {
            if (try? WasmModule(Array(bytes[..<length]))) != nil { whole += 1 }
        }
        // Only a cut exactly between two sections is a (smaller) module of its own: after the header and
        // after sections 1, 2 and 7.
        #expect(whole == 4)
    }

    @Test func anElfFileIsNotWasm() {
        #expect(throws: WasmModule.FormatError.self) { try WasmModule([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]) }
    }

    @Test func theInterfaceNamesWhatAModuleMayNotImport() throws {
        let violations = InterfaceRule.violations(of: try WasmModule(sample()))
        #expect(violations.contains("imports env.tag, which the interface does not have"))
        #expect(violations.contains("does not export __stack_pointer"))
        #expect(!violations.contains { $0.contains("fork") || $0.contains("memory") })
    }
}
