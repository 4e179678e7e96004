/// What publishing does to files, one step at a time. Tests give it a form in which a chosen step fails.
public protocol RepositoryFiles: Sendable {
    /// Makes a folder and those above it, if it is not there.
    func makeFolder(_ path: String) throws(PublishingError)
    /// Copies a file to a new one, whose bytes are on the disk when this returns.
    func copy(_ source: String, to path: String) throws(PublishingError)
    /// Gives a file a second name, where the file system can; copies it else.
    func link(_ source: String, to path: String) throws(PublishingError)
    /// Writes a new file, whose bytes are on the disk when this returns.
    func write(_ bytes: [UInt8], to path: String) throws(PublishingError)
    /// Gives a file its final name, replacing what has it.
    func rename(_ source: String, to path: String) throws(PublishingError)
    /// Removes a file, or a folder that is empty.
    func remove(_ path: String) throws(PublishingError)
    /// Makes the names in a folder last.
    func sync(folder: String) throws(PublishingError)
    /// The bytes of a file; nil when there is none.
    func read(_ path: String) throws(PublishingError) -> [UInt8]?
    /// Bytes of a file; nil when there is none.
    func size(of path: String) throws(PublishingError) -> Int64?
    /// The names in a folder; none when there is no folder.
    func names(in folder: String) throws(PublishingError) -> [String]
}

extension RepositoryFiles {
    /// Puts `bytes` in the place of a file in one step: readers see the old or the new whole.
    func replace(_ path: String, with bytes: [UInt8]) throws(PublishingError) {
        let temporary = TemporaryName.beside(path)
        do {
            try write(bytes, to: temporary)
            try rename(temporary, to: path)
        } catch {
            // The error that is thrown says more than one about a leftover, which the next publication removes.
            try? remove(temporary)
            throw error
        }
    }
}

/// Names of files that are not in their place yet. They are hidden, so that no web server lists them and apk never
/// asks for them.
enum TemporaryName {
    static func beside(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return ".\(path).new" }
        return "\(path[...slash]).\(path[path.index(after: slash)...]).new"
    }

    static func isOne(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".new") }
}
