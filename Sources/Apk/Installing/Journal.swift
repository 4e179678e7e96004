/// What was decided about one package before anything in the root was touched for it.
struct PackageStep {
    /// The package as the database shall know it; nil if it goes.
    var package: InstalledPackage?
    /// The name of the package that goes.
    var removed: PackageName?
    /// Staged files and the names that they get, in order.
    var renames: [(from: ByteText, to: ByteText)] = []
    /// Files of other packages that this one takes over.
    var takenOver: [ByteText] = []
    var scripts: [PackageScript] = []
    var triggers: [ByteText] = []
    /// Whether its last script has run.
    var isDone = false

    /// Whether a script runs once the files are in their places.
    var hasLastScript: Bool {
        for script in scripts where script.kind == .postInstall || script.kind == .postUpgrade { return true }
        return false
    }
}

/// The steps of a running installation, added to a file before each is done: what was begun when a process was killed
/// is brought to its end by the next one.
///
/// The file is a row of items `KEY LENGTH\nBYTES\n`; one `step` item holds the items of a step, `done` follows it. An
/// item that is cut off is not there: its step had not begun.
struct Journal {
    static let path: ByteText = "lib/apk/db/apkfarm.journal"
    static let limit = 1 << 30

    /// The bytes to add before a step is done.
    static func record(_ step: PackageStep) throws(ApkError) -> [UInt8] {
        var bytes: [UInt8] = []
        if let package = step.package {
            var database = InstalledDatabase()
            database.packages = [package]
            add("package", try database.text(), to: &bytes)
        }
        if let name = step.removed { add("removed", name.text.bytes, to: &bytes) }
        for rename in step.renames {
            add("from", rename.from.bytes, to: &bytes)
            add("to", rename.to.bytes, to: &bytes)
        }
        for path in step.takenOver { add("taken", path.bytes, to: &bytes) }
        for glob in step.triggers { add("trigger", glob.bytes, to: &bytes) }
        for script in step.scripts {
            add("script", ByteText(script.kind.name.description).bytes, to: &bytes)
            add("content", script.bytes, to: &bytes)
        }
        var record: [UInt8] = []
        add("step", bytes, to: &record)
        return record
    }

    /// The bytes to add when a step is done.
    static var doneRecord: [UInt8] {
        var record: [UInt8] = []
        add("done", [], to: &record)
        return record
    }

    /// The steps that were begun.
    static func steps(_ bytes: [UInt8]) throws(ApkError) -> [PackageStep] {
        var steps: [PackageStep] = []
        for item in items(bytes[...]) {
            if item.key.equals(text: "step") {
                steps.append(try step(items(item.value)))
            } else if item.key.equals(text: "done"), !steps.isEmpty {
                steps[steps.count - 1].isDone = true
            }
        }
        return steps
    }

    private static func step(
        _ items: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)]
    ) throws(ApkError) -> PackageStep {
        var step = PackageStep()
        var from = ByteText()
        var kind: ScriptKind?
        for (key, value) in items {
            if key.equals(text: "package") {
                step.package = try InstalledDatabase(bytes: Array(value)).packages.first
            } else if key.equals(text: "removed") {
                step.removed = try PackageName(bytes: value)
            } else if key.equals(text: "from") {
                from = ByteText(value)
            } else if key.equals(text: "to") {
                step.renames.append((from, ByteText(value)))
            } else if key.equals(text: "taken") {
                step.takenOver.append(ByteText(value))
            } else if key.equals(text: "trigger") {
                step.triggers.append(ByteText(value))
            } else if key.equals(text: "script") {
                kind = ScriptKind(name: value)
            } else if key.equals(text: "content"), let kind {
                step.scripts.append(PackageScript(kind: kind, bytes: Array(value)))
            }
        }
        return step
    }

    private static func add(_ key: StaticString, _ value: [UInt8], to bytes: inout [UInt8]) {
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(0x20)
        bytes += decimalDigits(Int64(value.count))
        bytes.append(0x0a)
        bytes += value
        bytes.append(0x0a)
    }

    private static func items(
        _ bytes: ArraySlice<UInt8>
    ) -> [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
        var items: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0a), let blank = rest[..<end].firstIndex(of: 0x20),
            let length = rest[(blank + 1)..<end].decimal, length < Int64(rest.endIndex - end - 1)
        {
            let start = end + 1
            items.append((rest[rest.startIndex..<blank], rest[start..<(start + Int(length))]))
            rest = rest[(start + Int(length) + 1)...]
        }
        return items
    }
}
