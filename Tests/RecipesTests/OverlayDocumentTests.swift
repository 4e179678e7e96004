import Foundation
import Recipes
import Testing

@Suite("Overlays as text")
struct OverlayDocumentTests {
    private static let because = "reason = \"r\"\nuntil = \"u\"\nupstream = false\n"

    private static func says(_ text: String) -> String {
        do {
            _ = try Overlay(parsing: text, file: "o.toml")
            return "accepted"
        } catch {
            return error.findings.map { "\($0.place.line):\($0.place.column) \($0.what)" }.joined(
                separator: "; ")
        }
    }

    @Test(
        "What is no overlay is refused with its line and column",
        arguments: [
            ("", "1:1 the overlay changes nothing"),
            ("x = 1\n", "1:1 the key 'x' stands before the first [[section]]"),
            ("[words]\n", "1:1 a table is not known here"),
            ("[[words\n", "1:8 the section's name is not closed"),
            ("[[words]] x\n", "1:11 something follows the value"),
            ("[[words]]\nadd = [\"a\"\n", "2:7 the array is not closed"),
            ("[[words]]\nadd = [1]\n", "2:8 an array holds strings only"),
            ("[[words]]\nadd = [\"a\" \"b\"]\n", "2:12 ',' or ']' is missing in the array"),
            ("[[words]]\nvariable = \"a\n", "2:12 the string is not closed"),
            ("[[words]]\nvariable = \"a\\q\"\n", "2:14 an unknown escape in a string"),
            ("[[words]]\nvariable = \"\\uD800\"\n", "2:13 an unknown escape in a string"),
            ("[[words]]\nvariable = \"\u{1}\"\n", "2:13 a control character in a string"),
            ("[[words]]\nvariable = 1979-05-27\n", "2:12 '1979-05-27' is no value that an overlay knows"),
            ("[[words]]\nvariable = {a = 1}\n", "2:12 a value was expected"),
            ("[[words]]\na.b = 1\n", "2:2 '=' is missing after 'a'"),
            ("[[words]]\nx = 1\nx = 2\n", "3:1 the key 'x' is given twice"),
            ("[[nonsense]]\n" + because, "1:1 'nonsense' is no change that an overlay can make"),
            ("[[words]]\nvariable = \"depends\"\n" + because, "1:1 [[words]] changes nothing"),
            (
                "[[words]]\nvariable = \"depends\"\nadd = [\"a b\"]\n" + because,
                "1:1 'a b' is not one word"
            ),
            (
                "[[words]]\nvariable = \"depends\"\nadd = [\"$(rm)\"]\n" + because,
                "1:1 '$(rm)' holds a character that the shell reads"
            ),
            (
                "[[words]]\nvariable = \"source\"\nadd = [\"a\"]\n" + because,
                "1:1 'source' is changed by its own section"
            ),
            (
                "[[words]]\nvariable = \"x; y\"\nadd = [\"a\"]\n" + because,
                "1:1 'x; y' is no name of a variable"
            ),
            (
                "[[words]]\nvariable = \"depends\"\nadd = [\"a\"]\n",
                "1:1 [[words]] has no 'reason'; 1:1 [[words]] has no 'until'; 1:1 [[words]] has no 'upstream'"
            ),
            (
                "[[value]]\nvariable = \"url\"\nvalue = \"$(id)\"\n" + because, "1:1 'value' holds a command"
            ),
            (
                "[[value]]\nvariable = \"url\"\nvalue = \"x\"\nwas = \"y\"\nwhat = \"z\"\n" + because,
                "5:1 [[value]] has no key 'what'"
            ),
            (
                "[[patch]]\nfile = \"../x.patch\"\n" + because,
                "1:1 '../x.patch' is no file beside the overlay"
            ),
            (
                "[[source]]\nadd = \"https://h/f\"\n" + because, "1:1 [[source]] has no 'sha512'"
            ),
            (
                "[[source]]\nadd = \"a\"\nremove = \"b\"\n" + because,
                "1:1 [[source]] wants one of add, replace and remove"
            ),
            (
                "[[function]]\nname = \"check\"\nfile = \"check.sh\"\nwas = \"sha256:12\"\n" + because,
                "1:1 'was' is no digest"
            ),
        ])
    func refused(text: String, expected: String) {
        #expect(Self.says(text) == expected)
    }

    @Test(
        "All four forms of strings, comments and arrays over several lines are read as Python's TOML reader does"
    )
    func likePython() throws {
        let text = #"""
            # a comment
            [[edit]]   # another
            old = 'C:\new "x"'
            new = """
            first\
                second "quoted" \u00e9	tab
            third"""
            function = '''it''s'''
            times = 2
            reason = "tab\t and \"quotes\""
            until = """a "" b"""
            upstream = true

            [[words]]
            variable = "depends"
            add = [ "a", # first
              'b',
            ]
            reason = "r"
            until = "u"
            upstream = false
            """#
        let overlay = try Overlay(parsing: text, file: "o.toml")
        guard case .edit(let function, let old, let new, let times) = overlay.changes[0].kind,
            case .words(_, let add, _) = overlay.changes[1].kind
        else {
            Issue.record("other kinds: \(overlay.changes)")
            return
        }
        let ours =
            [function ?? "", old, new, "\(times)", overlay.changes[0].reason, overlay.changes[0].until] + add
        #expect(overlay.changes[1].place.line == 14)
        let python = """
            import json, sys, tomllib
            d = tomllib.loads(sys.stdin.read())
            e = d['edit'][0]
            print(json.dumps([e['function'], e['old'], e['new'], str(e['times']), e['reason'], e['until']]
                + d['words'][0]['add']))
            """
        guard let output = try Python.answer(python, to: text) else { return }
        #expect(ours == (try JSONDecoder().decode([String].self, from: output)))
    }
}

/// Python's own TOML reader, where there is one (3.11 and later).
enum Python {
    static func answer(_ program: String, to input: String) throws -> Data? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let data = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? data : nil
    }
}
