extension ShellParser {
    /// The redirection that stands here; nil, and nothing taken, when none does.
    mutating func redirection() throws(ShellFinding) -> Redirection? {
        let start = at
        var index = at
        var descriptor: Int?
        while text[index].isDigit { index += 1 }
        guard text[index] == .less || text[index] == .greater || (index == at && isBoth(index)) else {
            return nil
        }
        if index > at {
            guard index - at <= 4 else { return nil }
            descriptor = source[TextRange(at, index)].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        var operation: Redirection.Operation
        let next = text[index + 1]
        switch (text[index], next) {
        case (.ampersand, _): operation = .outputAndErrors
        case (.less, .less):
            switch text[index + 2] {
            case .minus: operation = .strippedHereDocument
            case .less: operation = .hereString
            default: operation = .hereDocument
            }
        case (.less, .ampersand): operation = .duplicateInput
        case (.less, .greater): operation = .readWrite
        case (.less, .open), (.greater, .open): return nil
        case (.less, _): operation = .input
        case (_, .greater): operation = .append
        case (_, .ampersand): operation = .duplicateOutput
        case (_, .bar): operation = .clobber
        default: operation = .output
        }
        at = index + operation.rawValue.utf8.count
        if operation == .hereDocument {
            // Lines are joined before the operator is read: `<<`, and the `-` in the next line.
            while text[at] == .backslash, text[at + 1] == .newline { at += 2 }
            if text[at] == .minus {
                operation = .strippedHereDocument
                at += 1
            }
        }
        skipBlanks()
        let wordStart = at
        let isProcess = (text[at] == .less || text[at] == .greater) && text[at + 1] == .open
        guard isProcess || !text[at].endsWord else { throw unexpected("a word") }
        switch operation {
        case .hereDocument, .strippedHereDocument:
            let index = try beginHereDocument(stripsTabs: operation == .strippedHereDocument)
            return Redirection(
                descriptor: descriptor, operation: operation, target: .hereDocument(index),
                range: TextRange(start, at))
        default:
            let word = try word()
            guard at > wordStart else { throw unexpected("a word") }
            return Redirection(
                descriptor: descriptor, operation: operation, target: .word(word), range: TextRange(start, at)
            )
        }
    }

    private func isBoth(_ index: Int) -> Bool {
        text[index] == .ampersand && text[index + 1] == .greater
    }

    // MARK: Here-documents

    /// Reads a delimiter and notes that its lines follow.
    private mutating func beginHereDocument(stripsTabs: Bool) throws(ShellFinding) -> Int {
        let start = at
        var word: [UInt8] = []
        var isQuoted = false
        scanning: while true {
            let byte = text[at]
            switch byte {
            case .quote:
                isQuoted = true
                let from = at
                at += 1
                while text[at] != .quote {
                    if at >= end { throw fault("the quote ' is not closed", cure: "close it", at: from) }
                    word.append(text[at])
                    at += 1
                }
                at += 1
            case .doubleQuote:
                isQuoted = true
                let from = at
                at += 1
                while text[at] != .doubleQuote {
                    if at >= end { throw fault("the quote \" is not closed", cure: "close it", at: from) }
                    if text[at] == .backslash && at + 1 < end { at += 1 }
                    word.append(text[at])
                    at += 1
                }
                at += 1
            case .backslash:
                if text[at + 1] == .newline {
                    throw fault(
                        "a delimiter that goes on in the next line",
                        cure: "write '<<' and the delimiter in one line"
                    )
                }
                isQuoted = true
                if at + 1 < end { word.append(text[at + 1]) }
                at = min(at + 2, end)
            default:
                if byte.endsWord { break scanning }
                word.append(byte)
                at += 1
            }
        }
        let index = hereDocuments.count
        if builds {
            hereDocuments.append(
                HereDocument(
                    delimiter: TextRange(start, at), isQuoted: isQuoted, stripsTabs: stripsTabs, parts: [],
                    range: TextRange(at, at)))
        }
        pending.append(
            PendingHereDocument(
                index: builds ? index : -1, delimiter: TextRange(start, at), word: word, isQuoted: isQuoted,
                stripsTabs: stripsTabs))
        return index
    }

    /// Reads the lines of all here-documents that are due; `at` stands at the beginning of a line.
    mutating func readHereDocuments() throws(ShellFinding) {
        let due = pending
        pending = []
        for document in due { try readLines(of: document) }
    }

    /// At the end of the text no here-document may be left.
    mutating func finishHereDocuments() throws(ShellFinding) {
        guard let document = pending.first else { return }
        throw open(document)
    }

    private func open(_ document: PendingHereDocument) -> ShellFinding {
        let name = String(decoding: document.word, as: UTF8.self)
        return fault(
            "the here-document has no line '\(name)'", cure: "end it with a line that holds only '\(name)'",
            at: Int(document.delimiter.start))
    }

    private mutating func readLines(of document: PendingHereDocument) throws(ShellFinding) {
        let start = at
        var stop = at
        while true {
            if at >= end { throw open(document) }
            stop = at
            var lineStart = at
            if document.stripsTabs { while text[lineStart] == .tab { lineStart += 1 } }
            var lineEnd = lineStart
            while lineEnd < end && text[lineEnd] != .newline { lineEnd += 1 }
            at = min(lineEnd + 1, end)
            if lineEnd - lineStart == document.word.count,
                document.word.withUnsafeBufferPointer({ word in
                    word.indices.allSatisfy { text[lineStart + $0] == word[$0] }
                })
            {
                break
            }
        }
        guard document.index >= 0 else { return }
        let after = at
        let parts = try lines(from: start, to: stop, document)
        at = after
        hereDocuments[document.index] = HereDocument(
            delimiter: document.delimiter, isQuoted: document.isQuoted, stripsTabs: document.stripsTabs,
            parts: parts, range: TextRange(start, stop))
    }

    /// The lines of a here-document as parts of a word.
    private mutating func lines(
        from start: Int, to stop: Int, _ document: PendingHereDocument
    ) throws(ShellFinding) -> [WordPart] {
        if document.isQuoted && !document.stripsTabs {
            return start == stop ? [] : [.literal(TextRange(start, stop))]
        }
        var parts: [WordPart] = []
        at = start
        var isLineStart = true
        var from = at
        func flush(_ parts: inout [WordPart], _ from: Int, _ to: Int) {
            if to > from { parts.append(.literal(TextRange(from, to))) }
        }
        while at < stop {
            if isLineStart && document.stripsTabs {
                flush(&parts, from, at)
                while at < stop && text[at] == .tab { at += 1 }
                from = at
                isLineStart = false
                continue
            }
            let byte = text[at]
            isLineStart = byte == .newline
            let isExpanded = !document.isQuoted
            if isExpanded, byte == .backslash, at + 1 < stop, Self.isEscapedInHereDocument(text[at + 1]) {
                flush(&parts, from, at)
                if text[at + 1] != .newline { parts.append(.escaped(TextRange(at, at + 2))) }
                at += 2
                from = at
            } else if isExpanded, byte == .dollar || byte == .backquote {
                let before = at
                let part = byte == .dollar ? try dollar(isQuoted: true) : try backquoted(isQuoted: false)
                if let part {
                    flush(&parts, from, before)
                    parts.append(part)
                    from = at
                } else {
                    at = before + 1
                }
                if at > stop { throw open(document) }
            } else {
                at += 1
            }
        }
        flush(&parts, from, stop)
        return parts
    }

    private static func isEscapedInHereDocument(_ byte: UInt8) -> Bool {
        byte == .dollar || byte == .backquote || byte == .backslash || byte == .newline
    }
}
