import ArgumentParser
import Foundation

/// How a list is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
}

/// The option that every list has.
struct OutputOptions: ParsableArguments {
    @Option(help: "How to write the list: table or json.")
    var format: OutputFormat = .table
}

/// Writing to the two standard streams: stdout is data, stderr is talk.
enum Output {
    /// Writes one line of data.
    static func data(_ line: String) { print(harmless(line)) }

    /// Writes text that ends its own lines.
    static func text(_ text: String) { print(text, terminator: "") }

    /// Writes one line of talk.
    static func talk(_ line: String) {
        FileHandle.standardError.write(Data((harmless(line) + "\n").utf8))
    }

    /// Writes values as JSON with sorted keys.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        data(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Writes rows in columns as wide as their widest cell; numbers are not aligned specially.
    static func table(_ header: [String], _ rows: [[String]]) {
        // One write: a list of 12,000 recipes is 12,000 lines.
        text(columns([header] + rows).map { $0 + "\n" }.joined())
    }

    /// The lines of a table.
    static func columns(_ rows: [[String]]) -> [String] {
        guard let count = rows.map(\.count).max() else { return [] }
        var widths = Array(repeating: 0, count: count)
        for row in rows {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 {
                    line += String(repeating: " ", count: widths[column] - cell.count + 2)
                }
            }
            return line
        }
    }

    /// Either form of a list.
    static func list<Item: Encodable>(
        _ items: [Item], format: OutputFormat, header: [String], row: (Item) -> [String]
    ) throws {
        switch format {
        case .json: try json(items)
        case .table: table(header, items.map(row))
        }
    }
}

/// A size as people read it.
func readable(bytes: Int) -> String {
    switch bytes {
    case ..<1024: "\(bytes) B"
    case ..<(1024 * 1024): String(format: "%.1f KB", Double(bytes) / 1024)
    default: String(format: "%.1f MB", Double(bytes) / 1024 / 1024)
    }
}

/// A duration as people read it.
func readable(seconds: Double) -> String {
    seconds < 60 ? String(format: "%.1f s", seconds) : "\(Int(seconds) / 60) m \(Int(seconds) % 60) s"
}
