import Foundation

extension Output {
    /// Text that a recipe may have written, made harmless for a terminal: control characters are shown, not sent, so
    /// that no build can move the cursor over a message, answer for the operator or rename the window.
    ///
    /// Line feeds, tabs and UTF-8 stay; `ESC` becomes `^[`, C1 controls and ill-formed bytes U+FFFD.
    static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if !isControl(scalar) {
                shown.append(scalar)
            } else if scalar.value < 0x80, let letter = Unicode.Scalar(scalar.value ^ 0x40) {
                shown.append("^")
                shown.append(letter)
            } else {
                shown.append("\u{fffd}")
            }
        }
        return String(shown)
    }

    /// Text of a log for standard output: as it is into a file or pipe, harmless on a terminal.
    static func log(_ text: String) {
        let shown = isatty(STDOUT_FILENO) == 1 ? harmless(text) : text
        FileHandle.standardOutput.write(Data(shown.utf8))
    }

    /// Controls but line feed and tab, and the characters that turn text around (CVE-2021-42574).
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a: false
        case ..<0x20, 0x7f...0x9f, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
