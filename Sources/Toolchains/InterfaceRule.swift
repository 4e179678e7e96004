/// The binary interface, version 1, as far as a module's outside shows it: what a published program may import and
/// must export (toolchain/README.md).
public enum InterfaceRule {
    /// The functions that may be imported from module `linux`.
    public static let systemImports: Set<String> = [
        "syscall", "get_args_length", "get_args", "get_thread_area", "copy_siginfo", "fork",
    ]

    /// The exports that a host needs.
    public static let requiredExports = ["_start", "__indirect_function_table", "__stack_pointer"]

    /// What is wrong with a program, one sentence each; empty when it keeps the interface.
    public static func violations(of module: WasmModule) -> [String] {
        var found: [String] = []
        var hasMemory = false
        for item in module.imports {
            switch (item.module, item.name, item.kind) {
            case ("env", "memory", 2): hasMemory = true
            case ("linux", let name, 0) where systemImports.contains(name): break
            default: found.append("imports \(item.module).\(item.name), which the interface does not have")
            }
        }
        if !hasMemory { found.append("does not import env.memory") }
        let exported = Set(module.exports.map(\.name))
        for name in requiredExports where !exported.contains(name) { found.append("does not export \(name)") }
        if module.customSections["apkfarm.abi"] == nil {
            found.append("has no section apkfarm.abi: it was not linked by the farm's driver")
        }
        return found
    }
}

/// The `key=value` lines of a custom section that the driver writes (`apkfarm.abi`, `apkfarm.library`).
public struct SectionRecord: Sendable, Equatable {
    /// Keys with their values, in file order; a key may repeat.
    public let fields: [(key: String, value: String)]

    /// Reads the lines; a line without `=` is left out.
    public init(_ bytes: [UInt8]) {
        fields = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            return (String(line[..<equals]), String(line[line.index(after: equals)...]))
        }
    }

    /// All values of one key.
    public func values(_ key: String) -> [String] { fields.filter { $0.key == key }.map(\.value) }

    /// Equal records have the same lines in the same order.
    public static func == (left: SectionRecord, right: SectionRecord) -> Bool {
        left.fields.elementsEqual(right.fields) { $0 == $1 }
    }
}
