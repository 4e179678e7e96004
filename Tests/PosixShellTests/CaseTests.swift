import PosixShell
import Testing

@Suite("Shell cases")
struct CaseTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func evaluate(_ script: ShellScript) throws -> [UInt8] {
        var shell = ShellEvaluator(variables: VariableTable(), world: EmptyWorld())
        try shell.run(script)
        return shell.output
    }

    @Test("A script prints what busybox ash prints", arguments: ShellCase.all)
    func evaluated(_ sample: ShellCase) throws {
        let script = try ShellParser.parse(ShellSource(sample.script, name: "case"), bodies: .skipped)
        #expect(text(try evaluate(script)) == text(sample.output))
        #expect(try evaluate(script) == sample.output)
    }

    @Test("Bodies that were parsed at once run like bodies that were skipped", arguments: ShellCase.all)
    func parsedBodies(_ sample: ShellCase) throws {
        let script = try ShellParser.parse(ShellSource(sample.script, name: "case"))
        #expect(try evaluate(script) == sample.output)
    }

    @Test("A printed script parses to the same tree and prints the same again", arguments: ShellCase.all)
    func printed(_ sample: ShellCase) throws {
        let script = try ShellParser.parse(ShellSource(sample.script, name: "case"))
        let printed = ShellPrinter.print(script)
        let again = try ShellParser.parse(ShellSource(printed, name: "printed"))
        #expect(ShellOutline.of(again) == ShellOutline.of(script), "\(text(printed))")
        #expect(text(ShellPrinter.print(again)) == text(printed))
        #expect(try evaluate(again) == sample.output)
    }

    @Test(
        "A real shell agrees with the table", arguments: ShellCase.all,
        RealShell.allCases.filter(\.isPresent))
    func confirmed(_ sample: ShellCase, _ shell: RealShell) throws {
        guard shell == .ash || sample.isForBash else { return }
        #expect(try shell.run(sample.script).map(text) == text(sample.output))
    }

    @Test("A process substitution is kept as text in a body, and refused where it would run")
    func processSubstitution() throws {
        let text = "f() {\n\tdiff <(sort \"$a\" | uniq) <(printf '%s)' b) > >(cat)\n}\n"
        let script = try ShellParser.parse(ShellSource(text, name: "process"))
        #expect(self.text(ShellPrinter.print(script)) == text)
        #expect(try evaluate(script) == [])
        let error = #expect(throws: ShellFinding.self) {
            try evaluate(try ShellParser.parse(ShellSource("x=1\necho <(true)\n", name: "process")))
        }
        #expect(error?.kind == .unsupported)
        #expect(error.map { "\($0.position)" } == "2:6")
    }

    @Test("There are cases")
    func present() { #expect(ShellCase.all.count >= 230) }
}
