/// The difference of two texts in the form of `diff -u`.
public enum UnifiedDiff {
    /// The difference, with three lines of context; empty when the texts are equal. Texts are compared line by line; a
    /// last line without a newline is marked as diff marks it.
    public static func text(_ old: String, _ new: String, from oldName: String, to newName: String) -> String
    {
        guard old != new else { return "" }
        let (before, after) = (lines(old), lines(new))
        let steps = steps(before, after)
        var output = "--- \(oldName)\n+++ \(newName)\n"
        for hunk in hunks(steps) { output += text(hunk, steps, before, after) }
        return output
    }

    private enum Step {
        case keep(Int, Int)
        case remove(Int, Int)
        case add(Int, Int)

        var isKeep: Bool { if case .keep = self { true } else { false } }
    }

    private static func lines(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" {
            lines.removeLast()
        } else if let last = lines.popLast() {
            lines.append(Substring(last + "\n\\ No newline at end of file"))
        }
        return lines
    }

    private static func steps(_ before: [Substring], _ after: [Substring]) -> [Step] {
        let difference = after.difference(from: before)
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var steps: [Step] = []
        var (old, new) = (0, 0)
        while old < before.count || new < after.count {
            if old < before.count, removed.contains(old) {
                steps.append(.remove(old, new))
                old += 1
            } else if new < after.count, added.contains(new) {
                steps.append(.add(old, new))
                new += 1
            } else {
                steps.append(.keep(old, new))
                old += 1
                new += 1
            }
        }
        return steps
    }

    private static func hunks(_ steps: [Step]) -> [Range<Int>] {
        let context = 3
        var hunks: [Range<Int>] = []
        for index in steps.indices where !steps[index].isKeep {
            let range = max(0, index - context)..<min(steps.count, index + context + 1)
            if let last = hunks.last, last.upperBound >= range.lowerBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }

    private static func text(
        _ hunk: Range<Int>, _ steps: [Step], _ before: [Substring], _ after: [Substring]
    ) -> String {
        var body = ""
        var (oldCount, newCount) = (0, 0)
        for step in steps[hunk] {
            switch step {
            case .keep(let old, _):
                body += " \(before[old])\n"
                oldCount += 1
                newCount += 1
            case .remove(let old, _):
                body += "-\(before[old])\n"
                oldCount += 1
            case .add(_, let new):
                body += "+\(after[new])\n"
                newCount += 1
            }
        }
        let (oldStart, newStart) =
            switch steps[hunk.lowerBound] {
            case .keep(let old, let new), .remove(let old, let new), .add(let old, let new): (old, new)
            }
        func span(_ start: Int, _ count: Int) -> String {
            let first = count == 0 ? start : start + 1
            return count == 1 ? "\(first)" : "\(first),\(count)"
        }
        return "@@ -\(span(oldStart, oldCount)) +\(span(newStart, newCount)) @@\n\(body)"
    }
}
