import PosixShell
import Testing

/// Texts that want to hang, crash or mislead: each ends with a finding that says where.
@Suite("Hostile shell texts")
struct HostileTests {
    private func finding(_ text: String, steps: Int = 200_000) -> ShellFinding? {
        do {
            var shell = ShellEvaluator(
                variables: VariableTable(), world: EmptyWorld(), budget: ShellBudget(steps: steps))
            try shell.run(try ShellParser.parse(ShellSource(text, name: "text"), bodies: .skipped))
            return nil
        } catch { return error }
    }

    @Test(
        "A text that is cut off is a finding where the open part begins",
        arguments: [
            ("x='a\n", "1:3"), ("a=1\nx=\"b", "2:3"), ("x=$(echo", "1:3"), ("x=`echo", "1:3"),
            ("x=${a", "1:3"),
            ("x=$((1+", "1:3"), ("f() {\necho\n", "3:1"), ("if true; then echo", "1:19"),
            ("cat <<E\nx\n", "1:7"),
            ("f() { cat <<E\n}\n", "1:13"), ("case x in a) echo", "1:18"), ("(echo", "1:6"), ("a && ", "1:6"),
            ("x=$'a", "1:3"), ("for i in a; do", "1:15"), ("echo | ", "1:8"), ("f()", "1:4"),
            ("echo a\\", "1:7"),
            ("f() { ${x; }", "1:7"),
        ])
    func cut(_ text: String, _ place: String) {
        let finding = finding(text)
        #expect(finding?.kind == .syntax)
        #expect(finding.map { "\($0.position)" } == place)
    }

    @Test(
        "A text that is no shell is a finding",
        arguments: [
            "fi", "}", ")", "a ( b", "if; then :; fi", "f() { }", "case x in a b) ;; esac", "x=(1 2)", "; a",
            "a;; b",
            "& a", "| a", "a | | b", "${x}y() { :; }", "${x^^}", "echo ${!x}", "for 1 in a; do :; done",
            "while do done",
            "if true; fi", "f() echo", "f() function g() { :; }", "a-b() { :; }", "< <", "echo >",
            "{ echo; } echo", "esac", "echo \"${x:}\"", "echo $\\\n{x}", "echo $x\\\ny",
            "x=$(cat <<E)\nE\n",
        ])
    func noShell(_ text: String) {
        #expect(finding(text)?.kind == .syntax)
    }

    @Test(
        "What would run or read something is not run, and says so",
        arguments: [
            "x=$(curl https://example.org)", "$(rm -rf /)", ". /etc/passwd", "cat /etc/passwd", "x=`id`",
            "exec sh",
            "echo a > /tmp/x", "x=$(cat < /etc/passwd)", "sleep 1 &", "trap : EXIT", "cd /", "set -e", "x=$$",
            "x+=1", "kill 1", "echo ${*%a}", "read x < /dev/tty", "command ls", "wget -O- x | sh", "~root/x",
            "echo /etc/*", "x=$(( (a = 1) || (b = 2) ))", "x=${y/\"/\"/z}",
            "x=${y/ ${z//?/x}?/x}", "x=$'a\\elif'", "x=${y/a}/b",
            "x=\"${y/a} ${z/q/r}\"", "x=$'\\777'", "x=$'\\\\\\u0041'", "source ./x", "umask 0",
            "alias a=b", "x=$'a\\0b'", "x=$'a\\x00b'", "printf 'a\\0b' | cut -c1",
        ])
    func refused(_ text: String) {
        let found = finding("set -- p q\n\(text)\n")
        #expect(found?.kind == .unsupported || found?.kind == .failure)
        #expect(found?.position.line == 2)
        #expect(found?.cure.isEmpty == false)
    }

    @Test(
        "Work without end stops at its budget",
        arguments: [
            "while :; do x=$x$x; done", "x=a; while :; do x=$x$x; done", "f() { f; }; f",
            "while :; do :; done",
            "f() { eval f; }; f", "x='eval \"$x\"'; eval \"$x\"",
            "for i in 1 2; do until false; do :; done; done",
            "f() { x=$(f); }; f", "x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; while :; do y=${x//a/$x}; x=$y; done",
            "while :; do eval \"v$((i = i + 1))=1\"; done", "x=1; while :; do x=$((x + 1)); echo $x; done",
            "while :; do set -- \"$@\" \"$@\" a; done", "seq 1 100000000", "while :; do f() { :; }; done",
            "x=$(seq 1 1000); while :; do x=$(echo \"$x$x\" | sed 's/1*2*3*$/4/g'); done",
        ])
    func endless(_ text: String) {
        #expect(finding(text)?.kind == .budget)
    }

    @Test(
        "What a small text makes large stops at its budget before it is made",
        arguments: [
            "printf '%65000d' $(seq 1 5000)", "x=$(printf '%65000d' $(seq 1 5000))",
            "printf \"$(printf '%65000d' 1)%s\" $(seq 1 5000)",
            "x=$(printf '%65000d' 1 | tr ' ' '&'); printf '%65000d' 1 | sed \"s/.*/$x/\"",
            "f() { f \"$@\" \"$@\" a; }; f a", "f() { local x=$1$1; f $x; }; f a",
            "x='a '; while :; do x=$x$x; for i in $x; do :; done; done",
            "x=':;'; while :; do x=$x$x; eval \"$x\"; done",
        ])
    func amplified(_ text: String) {
        #expect(finding(text, steps: 2_000_000)?.kind == .budget)
    }

    @Test(
        "A command stops before it has made more than a value may hold",
        arguments: [
            "printf '%65000d' $(seq 1 5000)", "printf \"$(printf '%65000d' 1)%s\" $(seq 1 5000)",
            "x=$(printf '%65000d' 1 | tr ' ' '&'); printf '%65000d' 1 | sed \"s/.*/$x/\"",
        ])
    func output(_ text: String) {
        #expect(finding(text, steps: 2_000_000)?.what == "its output grows beyond 8388608 bytes")
    }

    @Test(
        "Nesting of any depth ends in a finding",
        arguments: [
            "(", "{ ", "$(", "\"$(", "${x:-", "if ", "while ", "f() { ", "case x in x) ", "$((", "$(((",
        ])
    func deep(_ opening: String) {
        #expect(finding(String(repeating: opening, count: 100_000))?.kind == .syntax)
    }

    @Test("Deep arithmetic ends in a finding")
    func deepArithmetic() {
        for opening in ["(", "-", "!", "1?", "x=", "1**", "~"] {
            #expect(finding("x=$((" + String(repeating: opening, count: 100_000) + "1))") != nil)
        }
        #expect(finding("a=b; b=a; x=$((a))")?.kind == .failure)
    }

    @Test("Long flat texts are read")
    func long() {
        #expect(finding("x='" + String(repeating: "a\n", count: 2_000_000) + "'") == nil)
        #expect(finding(String(repeating: "x=1\n", count: 100_000), steps: 2_000_000) == nil)
        #expect(finding("true" + String(repeating: " && true", count: 100_000), steps: 2_000_000) == nil)
        #expect(
            finding("if false; then :" + String(repeating: "\nelif false; then :", count: 50_000) + "\nfi")
                == nil)
        #expect(finding("echo " + String(repeating: "a\"b\"'c'$x", count: 50_000)) == nil)
    }

    @Test("NUL bytes are findings, other bytes pass through unchanged")
    func bytes() throws {
        #expect(finding("a=1\nx=a\0b")?.position == ShellPosition(line: 2, column: 4))
        let text: [UInt8] = Array("x='".utf8) + [0xFF, 0xC3, 0x28, 0x0D] + Array("'\necho \"$x\"".utf8)
        var shell = ShellEvaluator(variables: VariableTable(), world: EmptyWorld())
        try shell.run(try ShellParser.parse(ShellSource(text, name: "bytes")))
        #expect(shell.output == [0xFF, 0xC3, 0x28, 0x0D, 0x0A])
    }

    @Test("Patterns that backtrack cost no more than their lengths allow")
    func patterns() {
        let text = String(repeating: "a", count: 3_000)
        let pattern = String(repeating: "*a", count: 500) + "b"
        #expect(finding("case \(text) in \(pattern)) :;; esac", steps: 2_000_000) == nil)
        #expect(finding("x=\(text); y=${x//\(pattern)/z}")?.kind == .budget)
        #expect(finding("echo \(text) | sed -E 's/(a*)*b/x/'")?.kind == .budget)
    }
}
