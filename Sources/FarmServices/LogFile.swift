import Compressing
import Foundation

/// A build's log: plain while it is written, compressed with xz once the build is over. Readers need not know which.
///
/// The compressed form is a series of xz streams of 64 KiB each (`xz -dc` reads them as one file), and beside it
/// `….xz.index`: for each stream its beginning in the text, in the file, and the number of its first line. So any place
/// is found by unpacking one stream.
public enum LogFile {
    private static let blockSize = 64 << 10

    /// Compresses a finished log.
    /// - Returns: the path under which it lies now: the old one where there is none, or it could not be compressed.
    @discardableResult
    public static func finished(_ path: String) -> String {
        guard !path.isEmpty, let data = FileManager.default.contents(atPath: path) else { return path }
        do {
            var packed: [UInt8] = []
            var index = ""
            var line = 1
            let text = Array(data)
            for start in stride(from: 0, to: max(text.count, 1), by: blockSize) {
                let block = Array(text[start..<min(start + blockSize, text.count)])
                index += "\(start) \(packed.count) \(line)\n"
                packed += try XZ.compress(block, preset: 1)
                line += block.reduce(0) { $0 + ($1 == 10 ? 1 : 0) }
            }
            // The index first: a compressed log without one is read whole, an index without a log is nothing.
            try Data(index.utf8).write(to: URL(fileURLWithPath: path + ".xz.index"), options: .atomic)
            try Data(packed).write(to: URL(fileURLWithPath: path + ".xz"), options: .atomic)
            try FileManager.default.removeItem(atPath: path)
            return path + ".xz"
        } catch { return path }
    }

    /// Where a log lies now: packed, once its build is over.
    public static func place(of path: String) -> String {
        FileManager.default.fileExists(atPath: path + ".xz") ? path + ".xz" : path
    }

    /// The text of a log, wherever it is now.
    /// - Throws: `LogFileError` when it is in neither form.
    public static func text(_ path: String) throws -> String {
        var bytes: [UInt8] = []
        while true {
            let piece = try self.bytes(path, from: bytes.count)
            if piece.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece
        }
    }

    /// A piece of a log's text that begins at an offset; empty at the end of what was written so far.
    /// - Throws: `LogFileError` when it is in neither form.
    public static func bytes(_ path: String, from offset: Int) throws -> [UInt8] {
        let plain = path.hasSuffix(".xz") ? String(path.dropLast(3)) : path
        if let file = FileHandle(forReadingAtPath: plain) {
            defer {
                // Nothing was written: closing can lose nothing.
                try? file.close()
            }
            try file.seek(toOffset: UInt64(offset))
            return Array(try file.read(upToCount: blockSize) ?? Data())
        }
        guard let packed = FileManager.default.contents(atPath: plain + ".xz") else {
            throw LogFileError(path: plain)
        }
        let blocks = blocks(of: plain)
        guard let number = blocks.lastIndex(where: { $0.start <= offset }) else {
            // An older farm's log, in one stream.
            let whole = try XZ.decompress(Array(packed), limit: 1 << 30)
            return offset < whole.count ? Array(whole[offset...]) : []
        }
        for (index, block) in blocks.enumerated().dropFirst(number) {
            let end = index + 1 < blocks.count ? blocks[index + 1].place : packed.count
            let text = try XZ.decompress(Array(packed[block.place..<end]), limit: blockSize)
            if offset - block.start < text.count { return Array(text[max(0, offset - block.start)...]) }
        }
        return []
    }

    /// Where a line begins: an offset at or before it, and the number of the line there. Lines count from 1.
    public static func place(of line: Int, in path: String) -> (offset: Int, line: Int) {
        let plain = path.hasSuffix(".xz") ? String(path.dropLast(3)) : path
        guard let block = blocks(of: plain).last(where: { $0.line < line }) else { return (0, 1) }
        return (block.start, block.line)
    }

    private static func blocks(of plain: String) -> [(start: Int, place: Int, line: Int)] {
        guard let data = FileManager.default.contents(atPath: plain + ".xz.index") else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { text in
            let numbers = text.split(separator: " ").compactMap { Int($0) }
            return numbers.count == 3 ? (numbers[0], numbers[1], numbers[2]) : nil
        }
    }
}

/// A log that is not there.
public struct LogFileError: Error, CustomStringConvertible {
    /// Where it should be.
    public let path: String
    /// The path and what it means.
    public var description: String { "\(path): no log there, plain or as .xz; the attempt wrote none" }
}
