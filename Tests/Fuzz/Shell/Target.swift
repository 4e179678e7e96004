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
        preconditionFailure("a text parses with its bodies and not without them")
    }
    precondition(
        skipped.functions.map(\.range) == script.functions.map(\.range),
        "skipped bodies end where parsed ones do not")
    let printed = ShellPrinter.print(script)
    guard let again = try? ShellParser.parse(ShellSource(printed, name: "printed")) else {
        preconditionFailure("what was printed does not parse: \(String(decoding: printed, as: UTF8.self))")
    }
    precondition(
        ShellOutline.of(again) == ShellOutline.of(script),
        "what was printed parses to another tree: \(String(decoding: printed, as: UTF8.self))")
    let output = evaluate(text)
    if let output, AshComparison.isWanted { AshComparison.compare(text, output) }
    return 0
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
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/bwrap")
        process.arguments =
            ["--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"]
            + [
                "--symlink", "usr/bin", "/bin", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp",
                "--unshare-all",
            ]
            + ["--die-with-parent", "--clearenv", "--setenv", "PATH", "/bin", "/usr/bin/timeout", "5"]
            + ["/usr/bin/busybox", "ash", "-s"]
        let (input, printed, said) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = printed
        process.standardError = said
        guard (try? process.run()) != nil else { return }
        // A shell that ends early closes its input.
        try? input.fileHandleForWriting.write(contentsOf: Data(text))
        try? input.fileHandleForWriting.close()
        let theirs = [UInt8](printed.fileHandleForReading.readDataToEndOfFile())
        let complaint = said.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        // A complaint of theirs is a refusal, and a refusal is no answer to compare.
        guard complaint.isEmpty, process.terminationStatus != 124, theirs != output else { return }
        preconditionFailure(
            "ash says \(String(decoding: theirs, as: UTF8.self)), we say \(String(decoding: output, as: UTF8.self))"
        )
    }
}
