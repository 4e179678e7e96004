import Glibc

/// The host's folder of one run: the files to show in `/etc`, and the first process's report.
struct RunFolder {
    let path: String

    init(in scratch: String) throws(SandboxError) {
        path = try Files.makeTemporaryFolder(in: scratch)
        do {
            try Files.makeFolder("\(path)/etc")
            try Files.makeFolder("\(path)/report")
            for (name, text) in SyntheticEtc.files {
                try Files.write(text, to: "\(path)/etc/\(name)")
            }
        } catch {
            remove()
            throw error
        }
    }

    var report: InitReport {
        InitReport(Files.contents("\(path)/report/report") ?? "")
    }

    /// What cannot be removed stays in the scratch folder and harms nobody.
    func remove() {
        for name in SyntheticEtc.files.keys {
            unlink("\(path)/etc/\(name)")
        }
        unlink("\(path)/report/report")
        rmdir("\(path)/etc")
        rmdir("\(path)/report")
        rmdir(path)
    }
}

/// What the first process wrote: lines `key=value`; see toolchain/sandbox/init.c.
struct InitReport {
    private var values: [Substring: String] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            values[line[..<equals]] = String(line[line.index(after: equals)...])
        }
    }

    /// Whether the command was about to be started.
    var started: Bool {
        values["started"] != nil
    }

    /// How the command ended; nil if the first process itself was ended.
    var outcome: Outcome? {
        if let status = values["exited"].flatMap({ Int32($0) }) { return .exited(status) }
        if let number = values["signalled"].flatMap({ Int32($0) }) { return .signalled(number) }
        return nil
    }

    /// User and system time of all descendants.
    var cpuTime: Duration? {
        guard let user = values["user_us"].flatMap({ Int64($0) }),
            let system = values["system_us"].flatMap({ Int64($0) })
        else { return nil }
        return .microseconds(user + system)
    }

    /// The largest resident size of any one process.
    var peakMemory: ByteCount {
        ByteCount(bytes: (values["peak_kb"].flatMap { Int64($0) } ?? 0) << 10)
    }

    var runner: RunnerRegistration {
        guard let said = values["binfmt"] else { return .notWanted }
        return said == "yes" ? .registered : .refused(String(said.dropFirst("no: ".count)))
    }
}
