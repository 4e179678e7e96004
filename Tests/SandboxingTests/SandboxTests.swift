import Foundation
import Sandboxing
import Testing

@Suite("A sandbox")
struct SandboxTests {
    @Test("passes on exit status, output and what was used")
    func exitStatus() async throws {
        let place = try Place()
        let (result, text) = try await place.shell("echo out; echo err >&2; exit 7")
        #expect(result.outcome == .exited(7))
        #expect(text == "out\nerr\n")
        #expect(result.use.output == ByteCount(bytes: 8))
        #expect(result.use.wallTime > .zero && result.use.cpuTime > .zero)
        #expect(result.use.peakMemory > ByteCount(bytes: 0))
        #expect(result.runner == .notWanted)
    }

    @Test("tells a death by a signal from an exit with that number")
    func signals() async throws {
        let place = try Place()
        #expect(try await place.shell("kill -SEGV $$").result.outcome == .signalled(11))
        #expect(try await place.shell("exit 139").result.outcome == .exited(139))
    }

    @Test("has the outcome of its command, however late that is heard of")
    func slowReader() async throws {
        let place = try Place()
        var sandbox = place.sandbox()
        sandbox.limits.wallTime = .seconds(2)
        let result = try await sandbox.run(["sh", "-c", "echo out; exit 7"]) { _ in
            // no other clock than the sandbox's own: it looks five times a second
            try? await Task.sleep(for: .seconds(4))  // a cancelled test may end at once
        }
        #expect(result.outcome == .exited(7))
    }

    @Test("answers as a shell where a program is missing or cannot be run")
    func notFound() async throws {
        let place = try Place()
        #expect(try await place.sandbox().run(["no-such-program"]).outcome == .exited(127))
        #expect(try await place.sandbox().run(["/build"]).outcome == .exited(126))
    }

    @Test("gives the output to an observer as it comes, and appends to the log")
    func observer() async throws {
        let place = try Place()
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        for _ in 1...2 {
            _ = try await place.sandbox().run(["echo", "line"], log: place.folder + "/log") { bytes in
                continuation.yield(bytes)
            }
        }
        continuation.finish()
        var seen: [UInt8] = []
        for await piece in stream { seen += piece }
        #expect(String(decoding: seen, as: UTF8.self) == "line\nline\n")
        #expect(try String(contentsOfFile: place.folder + "/log", encoding: .utf8) == "line\nline\n")
    }

    @Test("shows the same environment everywhere: what it was given, and little else")
    func environment() async throws {
        let place = try Place()
        setenv("SECRET_OF_THE_FARM", "1", 1)
        let (_, text) = try await place.shell(
            "env | grep -v '^_=' | sort; hostname; id -u; pwd; cat /etc/passwd; ls -A / /run")
        let expected = """
            HOME=/build
            PATH=/usr/bin:/bin:/usr/sbin
            PWD=/build
            build
            0
            /build
            root:x:0:0:root:/build/home:/bin/sh
            nobody:x:65534:65534:nobody:/:/bin/false
            /:
            .sandbox-init
            bin
            build
            dev
            etc
            lib
            lib64
            proc
            root
            run
            sbin
            tmp
            usr
            var

            /run:
            apkfarm

            """
        #expect(
            text.replacingOccurrences(of: "lib32\n", with: "").replacingOccurrences(of: "libx32\n", with: "")
                == expected)
    }

    @Test("shows read-only mounts, in their order, and nobody writes them")
    func mounts() async throws {
        let place = try Place()
        try "secret".write(toFile: place.folder + "/input", atomically: true, encoding: .utf8)
        var sandbox = place.sandbox()
        sandbox.mounts.append(.readOnly(place.folder + "/input", at: "/build/inner/input"))
        sandbox.mounts.append(.readOnly(place.folder, at: "/given"))
        let (result, text) = try await place.shell(
            "cat /build/inner/input; echo x > /build/inner/input; touch /given/new; rm -f /given/input; true",
            in: sandbox)
        #expect(result.outcome.succeeded)
        #expect(text.hasPrefix("secret") && text.components(separatedBy: "Read-only file system").count == 4)
        #expect(try String(contentsOfFile: place.folder + "/input", encoding: .utf8) == "secret")
    }

    @Test("is refused with the reason when a mount is wrong or a program missing")
    func refusals() async throws {
        let place = try Place()
        var sandbox = place.sandbox()
        sandbox.mounts = [.readOnly("/no/such/folder", at: "/x")]
        await #expect(throws: SandboxError.mountMissing(.readOnly("/no/such/folder", at: "/x"))) {
            try await sandbox.run(["true"])
        }
        sandbox.mounts = [.readOnly("/usr", at: "/")]
        await #expect(throws: SandboxError.self) { try await sandbox.run(["true"]) }
        sandbox = place.sandbox()
        sandbox.host.bubblewrap = "/no/bwrap"
        await #expect(
            throws: SandboxError.programMissing(
                path: "/no/bwrap", remedy: "install it with 'apt-get install bubblewrap'")
        ) { try await sandbox.run(["true"]) }
        sandbox = place.sandbox()
        sandbox.host.bubblewrap = "/usr/bin/false"
        await #expect(throws: SandboxError.setUpFailed(said: "")) { try await sandbox.run(["true"]) }
    }

    @Test("is ended when its log cannot be written")
    func fullDisk() async throws {
        let place = try Place()
        let mark = "14142.\(UInt32.random(in: 0...UInt32.max))"
        let sandbox = place.sandbox()
        await #expect(
            throws: SandboxError.writeFailed(path: "/dev/full", reason: "No space left on device")
        ) { try await sandbox.run(["sh", "-c", "echo x; sleep \(mark)"], log: "/dev/full") }
        #expect(Place.processes(with: mark) == 0)
    }

    @Test("leaves nothing in the scratch folder")
    func scratch() async throws {
        let place = try Place()
        _ = try await place.shell("true")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder + "/scratch").isEmpty)
    }

    @Test("starts wasm modules as programs, and says so when it cannot")
    func wasm() async throws {
        let place = try Place()
        try Data([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]).write(to: URL(fileURLWithPath: place.build + "/module"))
        chmod(place.build + "/module", 0o755)
        var sandbox = place.sandbox()
        sandbox.runner = "/usr/bin/echo"
        let (result, text) = try await place.shell("./module argument", in: sandbox)
        if result.runner == .registered {
            #expect(text.hasSuffix("argument\n"))
            let (_, refusal) = try await place.shell("echo -1 > /proc/sys/fs/binfmt_misc/wasm", in: sandbox)
            #expect(refusal.contains("Read-only file system"))
        } else {
            #expect(result.outcome == .exited(126))
        }
        sandbox.runner = "/no/runner"
        let (refused, _) = try await place.shell("true", in: sandbox)
        #expect(refused.runner == .refused("the runner is not executable: No such file or directory"))
    }

    @Test("lends the terminal, and then passes on the exit status too")
    func interaction() async throws {
        let place = try Place()
        let result = try await place.sandbox().interact(["sh", "-c", "exit 5"])
        #expect(result.outcome == .exited(5))
    }

    @Test("has the host's tools and nothing below /usr/local")
    func tools() async throws {
        let place = try Place()
        let (result, text) = try await place.shell(
            """
            printf 'int main(void) { return 3; }' > a.c && cc -o a a.c && ./a
            echo $?; make --version | head -n 1; perl -e 'print "perl\n"'; busybox echo box; ls -A /usr/local
            """)
        #expect(result.outcome.succeeded)
        #expect(text.hasPrefix("3\nGNU Make") && text.hasSuffix("perl\nbox\n"))
    }

    @Test("is probed")
    func probe() async throws {
        let place = try Place()
        let probe = await Sandbox.probe(place.host)
        #expect(probe.works)
        for finding in probe.findings where finding.isRequired {
            #expect(finding.problem == nil, "\(finding.name)")
        }
        #expect(
            probe.findings.map(\.name) == [
                "programs", "namespaces", "no new privileges", "system call filter", "capabilities",
                "own processes", "no network", "read-only system", "no home, no other part of the host",
                "kernel settings", "devices", "own temporary folder", "own name", "limits of files",
                "time limit", "wasm programs", "memory limit by the kernel", "process limit by the kernel",
                "builds are not the host's root",
            ])
        var host = place.host
        host.initProgram = "/no/sandbox-init"
        let missing = await Sandbox.probe(host)
        #expect(!missing.works)
        #expect(missing.findings.first?.problem?.contains("make -C toolchain") == true)
    }

    @Test("dies with the task that runs it, at any moment", .serialized, arguments: 0..<8)
    func cancellation(after processes: Int) async throws {
        let place = try Place()
        let sandbox = place.sandbox()
        let mark = "31415.\(UInt32.random(in: 0...UInt32.max))"
        let task = Task { try await sandbox.run(["sh", "-c", "sleep \(mark) & sleep \(mark)"]) }
        // bubblewrap, its child, the first process, the shell and both programs come one after the other.
        while Place.processes(with: mark) < min(processes, 5) { await Task.yield() }
        task.cancel()
        await #expect(throws: SandboxError.cancelled) { try await task.value }
        #expect(Place.processes(with: mark) == 0)
    }
}
