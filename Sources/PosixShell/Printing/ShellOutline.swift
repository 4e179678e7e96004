/// A script's tree as indented text, without places: what two trees are compared by, and what people look at.
public enum ShellOutline {
    /// The outline of a script; bytes that are not UTF-8 are repaired.
    public static func of(_ script: ShellScript) -> String {
        var writer = Writer(script: script)
        writer.add(script.commands)
        return writer.lines.joined(separator: "\n")
    }

    private struct Writer {
        let script: ShellScript
        var lines: [String] = []
        var level = 0

        init(script: ShellScript) { self.script = script }

        private mutating func line(_ text: String) {
            lines.append(String(repeating: "  ", count: level) + text)
        }

        private mutating func nested(_ title: String, _ body: (inout Writer) -> Void) {
            line(title)
            level += 1
            body(&self)
            level -= 1
        }

        private func text(_ range: TextRange) -> String {
            script.source.text(range).debugDescription
        }

        mutating func add(_ commands: [ShellCommand]) {
            for command in commands { add(command) }
        }

        private mutating func add(_ command: ShellCommand) {
            switch command {
            case .simple(let simple): add(simple)
            case .andOr(let first, let links, _):
                nested("and-or") {
                    $0.add(first)
                    for link in links { $0.nested(link.isAnd ? "and" : "or") { $0.add(link.command) } }
                }
            case .pipeline(let commands, let isNegated, _):
                nested(isNegated ? "not-pipeline" : "pipeline") { $0.add(commands) }
            case .background(let command, _): nested("background") { $0.add(command) }
            case .group(let commands, _): nested("group") { $0.add(commands) }
            case .subshell(let commands, _): nested("subshell") { $0.add(commands) }
            case .conditional(let branches, let otherwise, _):
                nested("if") {
                    for branch in branches {
                        $0.nested("condition") { $0.add(branch.condition) }
                        $0.nested("then") { $0.add(branch.body) }
                    }
                    if let otherwise { $0.nested("else") { $0.add(otherwise) } }
                }
            case .loop(let condition, let body, let isUntil, _):
                nested(isUntil ? "until" : "while") {
                    $0.nested("condition") { $0.add(condition) }
                    $0.nested("body") { $0.add(body) }
                }
            case .forEach(let loop):
                nested("for \(text(loop.name))") {
                    if let words = loop.words { $0.nested("in") { $0.add(words) } }
                    $0.nested("body") { $0.add(loop.body) }
                }
            case .choice(let subject, let branches, _):
                nested("case") {
                    $0.add([subject])
                    for branch in branches {
                        $0.nested("pattern") { $0.add(branch.patterns) }
                        $0.nested("body") { $0.add(branch.body) }
                    }
                }
            case .function(let definition):
                nested("function \(text(definition.name))") {
                    if let body = definition.body {
                        $0.add(body)
                    } else {
                        $0.line($0.script.source.text(definition.bodyRange))
                    }
                }
            case .redirected(let command, let redirections):
                nested("redirected") {
                    $0.add(command)
                    $0.add(redirections)
                }
            }
        }

        private mutating func add(_ simple: SimpleCommand) {
            nested("simple") {
                for assignment in simple.assignments {
                    $0.nested("assign \($0.text(assignment.name))") { $0.add([assignment.value]) }
                }
                $0.add(simple.words)
                $0.add(simple.redirections)
            }
        }

        private mutating func add(_ redirections: [Redirection]) {
            for redirection in redirections {
                let descriptor = redirection.descriptor.map(String.init) ?? ""
                nested("redirect \(descriptor)\(redirection.operation.rawValue)") {
                    switch redirection.target {
                    case .word(let word): $0.add([word])
                    case .hereDocument(let index):
                        let document = $0.script.hereDocuments[index]
                        $0.line("document quoted=\(document.isQuoted) stripped=\(document.stripsTabs)")
                        $0.add(document.parts)
                    }
                }
            }
        }

        private mutating func add(_ words: [Word]) {
            for word in words { nested("word") { $0.add(word.parts) } }
        }

        private mutating func add(_ parts: [WordPart]) {
            for part in parts { add(part) }
        }

        private mutating func add(_ part: WordPart) {
            switch part {
            case .literal(let range): line("literal \(text(range))")
            case .escaped(let range): line("escaped \(text(range))")
            case .singleQuoted(let range): line("single \(text(range))")
            case .ansiQuoted(let range): line("ansi \(text(range))")
            case .doubleQuoted(let parts, _): nested("double") { $0.add(parts) }
            case .variable(let range, _): line("variable \(text(range))")
            case .parameter(let expansion): add(expansion)
            case .arithmetic(let parts, _): nested("arithmetic") { $0.add(parts) }
            case .command(let commands, _): nested("command") { $0.add(commands) }
            case .backquoted(let inner, _):
                var writer = Writer(script: inner)
                writer.level = level + 1
                writer.add(inner.commands)
                line("backquoted")
                lines += writer.lines
            case .process(let range): line("process \(text(range))")
            }
        }

        private mutating func add(_ expansion: ParameterExpansion) {
            let title: String
            var words: [Word] = []
            switch expansion.operation {
            case .length: title = "length"
            case .defaultValue(let word): (title, words) = ("default", [word])
            case .assignDefault(let word): (title, words) = ("assign-default", [word])
            case .alternative(let word): (title, words) = ("alternative", [word])
            case .failure(let word): (title, words) = ("failure", [word])
            case .removePrefix(let word, let isLongest): (title, words) = (isLongest ? "##" : "#", [word])
            case .removeSuffix(let word, let isLongest): (title, words) = (isLongest ? "%%" : "%", [word])
            case .replace(let word, let replacement, let isEvery):
                (title, words) = (isEvery ? "//" : "/", [word] + (replacement.map { [$0] } ?? []))
            case .substring(let offset, let length):
                (title, words) = ("substring", [offset] + (length.map { [$0] } ?? []))
            }
            nested("\(title) \(text(expansion.name)) colon=\(expansion.hasColon)") { $0.add(words) }
        }
    }
}
