import Foundation

// Compiled into one module with PosixShell's sources (Tests/Fuzz/Shell/run), as libFuzzer's instrumentation wants it.

/// What libFuzzer calls with each input. APKFARM_FUZZ=ash compares the evaluator with a real shell as well.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = Array(UnsafeBufferPointer(start: data, count: count))
    guard let script = try? ShellParser.parse(ShellSource(text, name: "input")) else {
        // What is refused in full may pass with its bodies skipped, and is evaluated then.
        _ = evaluate(text)
        return 0
    }
    guard let skipped = try? ShellParser.parse(ShellSource(text, name: "input"), bodies: .skipped) else {
        fail("a text parses with its bodies and not without them")
    }
    if skipped.functions.map(\.range) != script.functions.map(\.range) {
        fail("skipped bodies end where parsed ones do not")
    }
    let printed = ShellPrinter.print(script)
    guard let again = try? ShellParser.parse(ShellSource(printed, name: "printed")) else {
        fail("what was printed does not parse: \(String(decoding: printed, as: UTF8.self))")
    }
    if ShellOutline.of(again) != ShellOutline.of(script) {
        fail("what was printed parses to another tree: \(String(decoding: printed, as: UTF8.self))")
    }
    let output = evaluate(text)
    if let output, AshComparison.isWanted { AshComparison.compare(text, output) }
    return 0
}

/// Says what is wrong before it ends the program: an optimised build keeps no message of a precondition.
private func fail(_ message: String) -> Never {
    // What cannot be said does not keep the abort from saying enough.
    try? FileHandle.standardError.write(contentsOf: Data("finding: \(message)\n".utf8))
    abort()
}

private func evaluate(_ text: [UInt8]) -> [UInt8]? {
    var shell = ShellEvaluator(
        variables: VariableTable(), world: EmptyWorld(), budget: ShellBudget(steps: 20_000))
    do {
        try shell.run(try ShellParser.parse(ShellSource(text, name: "input"), bodies: .skipped))
        return shell.output
    } catch { return nil }
}

/// A real shell, shut in: it sees the machine read-only, and no network.
private enum AshComparison {
    static let isWanted = ProcessInfo.processInfo.environment["APKFARM_FUZZ"] == "ash"

    static func compare(_ text: [UInt8], _ output: [UInt8]) {
        guard let theirs = answer(of: ["busybox", "ash", "-s"], to: text), theirs != output else { return }
        if isBeyond(text) {
            let other = answer(of: ["bash", "-s"], to: text)
            if other == output || other == nil { return }
        }
        fail(
            "ash says\n\(String(decoding: theirs, as: UTF8.self))we say\n\(String(decoding: output, as: UTF8.self))"
        )
    }

    /// Whether a text has what busybox ash 1.35 (on glibc) is known to get wrong; bash is asked then, and has to agree
    /// with us or to refuse the text.
    /// - An expansion with a slash in another: it looks for the second slash among the marks of the inner one. Of
    ///   `${a/x/${a/}/y}Clo` it drops what follows, and of others it prints the marks.
    /// - Bytes from 0x81 to 0x88, which are its marks.
    /// - Classes in patterns: glibc matches nothing with a set of an unknown one, musl with the rest of the set.
    private static func isBeyond(_ text: [UInt8]) -> Bool {
        let decoded = String(decoding: text, as: UTF8.self)
        let parts = decoded.components(separatedBy: "${")
        return parts.dropFirst().count { $0.contains("/") } > 1
            || text.contains { (0x81...0x88).contains($0) }
            || decoded.contains("[:")
    }

    /// What a shell prints; nil when it complains or does not end, as a refusal is no answer to compare.
    private static func answer(of shell: [String], to text: [UInt8]) -> [UInt8]? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/bwrap")
        process.arguments =
            ["--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"]
            + [
                // busybox starts its own applets by /proc/self/exe
                "--symlink", "usr/bin", "/bin", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
                "--chdir", "/tmp",
                "--unshare-all",
            ]
            + ["--die-with-parent", "--clearenv", "--setenv", "PATH", "/bin", "/usr/bin/timeout", "5"] + shell
        let (input, printed, said) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = printed
        process.standardError = said
        guard (try? process.run()) != nil else { return nil }
        // A shell that ends early closes its input.
        try? input.fileHandleForWriting.write(contentsOf: Data(text))
        try? input.fileHandleForWriting.close()
        let theirs = bytes(from: printed.fileHandleForReading)
        let complaint = bytes(from: said.fileHandleForReading)
        process.waitUntilExit()
        return complaint.isEmpty && process.terminationStatus != 124 ? theirs : nil
    }

    /// Everything that comes; libFuzzer's timer interrupts calls, which FileHandle does not bear.
    private static func bytes(from handle: FileHandle) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(handle.fileDescriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}
