import Foundation
import Glibc
import Sandboxing
import Testing

@Suite("A hostile build", .serialized)
struct HostileBuildTests {
    @Test("cannot write outside its folders")
    func outside() async throws {
        let place = try Place()
        let (_, text) = try await place.shell(
            """
            for folder in / /usr /usr/bin /usr/local /etc /dev /run /root /var; do
                touch "$folder/new" 2>/dev/null && echo "wrote $folder"
            done
            echo x > /etc/passwd && echo wrote passwd
            # Opened only: were it allowed, these would be the machine's own.
            for file in sys/kernel/core_pattern sys/kernel/pid_max sysrq-trigger self/comm; do
                (: >> /proc/$file) 2>/dev/null && echo "wrote $file"
            done
            echo done
            """)
        #expect(text.hasSuffix("done\n"))
        #expect(!text.contains("wrote"), "\(text)")
    }

    @Test("sees no home, no key of the farm, no process of the host")
    func secrets() async throws {
        let place = try Place()
        let key = place.folder + "/key.rsa"
        try "PRIVATE".write(toFile: key, atomically: true, encoding: .utf8)
        let (_, text) = try await place.shell(
            """
            cat \(key) ~root/.ssh/id_rsa /home/*/.profile; ls -A /root /home
            ls /proc | grep -c '^[0-9]'; ls /sys; cat /run/apkfarm/*
            echo x > /proc/1/fd/3; cat /proc/1/mem; cat /proc/kcore
            """)
        #expect(!text.contains("PRIVATE") && !text.contains("exited"))
        let processes = text.split(separator: "\n").compactMap { Int($0) }
        #expect(processes.count == 1 && processes.allSatisfy { $0 < 8 })
        #expect(
            text.contains("/proc/1/fd/3: Permission denied")
                && text.contains("/proc/1/mem: Permission denied"))
    }

    @Test("has no network but its own loopback")
    func network() async throws {
        let place = try Place()
        let (_, text) = try await place.shell(
            """
            grep -v lo: /proc/net/dev | tail -n +3
            perl -MIO::Socket::INET -e '
                my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die "no loopback";
                print "loopback\\n";
                IO::Socket::INET->new(PeerAddr => "192.0.2.1", PeerPort => 80, Timeout => 5) and print "reached\\n";
                print "$@\\n";'
            """)
        #expect(text.hasPrefix("loopback\n") && text.contains("Network is unreachable"))
    }

    @Test("gets no power over the kernel")
    func kernel() async throws {
        let place = try Place()
        let calls: [(String, String)] = [
            ("mount", "165, 0, 0, 0, 0, 0"), ("umount", "166, 0, 0"),
            ("pivot_root", "155, 0, 0"), ("fsopen", "430, 0, 0"),
            ("unshare", "272, 0x10000000"), ("setns", "308, 0, 0"),
            ("clone new user", "56, 0x10000011, 0, 0, 0, 0"),
            ("keyctl", "250, 0, -3, 0"), ("add_key", "248, 0, 0, 0, 1, -3"), ("bpf", "321, 0, 0, 0"),
            ("init_module", "175, 0, 0, 0"), ("kexec_load", "246, 0, 0, 0, 0"),
            ("perf_event_open", "298, 0, 0, -1, -1, 0"), ("ptrace init", "101, 16, 1, 0, 0"),
            ("sethostname", "170, 0, 1"), ("settimeofday", "164, 0, 0"), ("reboot", "169, 0, 0, 0, 0"),
            ("type into the terminal", "16, 0, 0x5412, 0"), ("swapon", "167, 0, 0"),
        ]
        // Numbers of x86_64; elsewhere the filter itself is the same.
        #if arch(x86_64)
            let script = calls.map {
                "print '\($0.0): ', (syscall(\($0.1)) < 0 && $!{EPERM}) ? 'refused' : \"allowed $!\", \"\\n\";"
            }
            try script.joined(separator: "\n").write(
                toFile: place.build + "/calls.pl", atomically: true, encoding: .utf8)
            let (_, text) = try await place.shell("perl calls.pl")
            #expect(text == calls.map { "\($0.0): refused\n" }.joined())
        #endif
        let (_, status) = try await place.shell(
            "grep -E '^(CapBnd|CapEff|NoNewPrivs|Seccomp):' /proc/self/status")
        #expect(
            status == "CapEff:\t00000000000400fb\nCapBnd:\t00000000000400fb\nNoNewPrivs:\t1\nSeccomp:\t2\n")
    }

    @Test("gets the answer that the table gives for every call in it")
    func table() async throws {
        let place = try Place()
        let file = Place.checkout.appendingPathComponent("toolchain/sandbox/refused.tsv")
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") && !$0.hasPrefix("call\t") }
            .map { $0.split(separator: "\t").map(String.init) }
        try #require(rows.count > 40 && rows.allSatisfy { $0.count == 4 })
        // The compiler knows the numbers of this machine; a call that it does not know is left out, as in the filter.
        var program =
            "#include <stdio.h>\n#include <errno.h>\n#include <unistd.h>\n#include <sys/syscall.h>\n"
        program += "int main(void) {\n"
        for row in rows {
            let number = row[1] == "-" ? "SYS_\(row[0])" : row[1]
            if row[1] == "-" { program += "#ifdef SYS_\(row[0])\n" }
            program += "errno = 0; if (syscall(\(number), 0, 0, 0, 0, 0, 0) != -1 || errno != \(row[2])) "
            program += "printf(\"\(row[0]): %d\\n\", errno);\n"
            if row[1] == "-" { program += "#endif\n" }
        }
        program += "puts(\"done\"); return 0; }\n"
        try program.write(toFile: place.build + "/calls.c", atomically: true, encoding: .utf8)
        let (_, text) = try await place.shell("gcc -o calls calls.c && ./calls")
        #expect(text == "done\n")
    }

    @Test("has no kind of socket but its own")
    func sockets() async throws {
        let place = try Place()
        // AF_UNIX, AF_INET, AF_INET6, AF_NETLINK; AF_PACKET, AF_ALG, AF_VSOCK, AF_XDP.
        let (_, text) = try await place.shell(
            """
            perl -MSocket -e 'for my $f (1, 2, 10, 16, 17, 38, 40, 44) {
                my $ok = socket(my $s, $f, $f == 16 || $f == 17 ? 3 : 1, 0); print $ok ? "$f yes\n" : "$f ".($!+0)."\n" }'
            """)
        #expect(text == "1 yes\n2 yes\n10 yes\n16 yes\n17 97\n38 97\n40 97\n44 97\n")
    }

    @Test(
        "is dead to the last process, however it hides", .serialized,
        arguments: [
            "sleep MARK & sleep MARK",
            "setsid -f setsid -f sleep MARK; sleep MARK",
            "(setsid sh -c 'trap \"\" TERM INT HUP; sleep MARK & kill -STOP $$' &) ; sleep MARK",
            "perl -e 'fork and exit; setpgrp; fork and exit; exec qw(sleep MARK)'; kill -STOP -1; sleep MARK",
            "nohup sleep MARK >/dev/null 2>&1 & kill -STOP $$",
            "perl -e '$SIG{$_} = \"IGNORE\" for keys %SIG; fork for 1..5; sleep 1 while 1' MARK",
        ])
    func tree(_ script: String) async throws {
        let place = try Place()
        let mark = "1414.\(UInt32.random(in: 0...UInt32.max))"
        let sandbox = place.sandbox { $0.wallTime = .seconds(2) }
        let (result, _) = try await place.shell(
            script.replacingOccurrences(of: "MARK", with: mark), in: sandbox)
        #expect(result.outcome == .timedOut(.seconds(2)))
        #expect(Place.processes(with: mark) == 0)
    }

    @Test("leaves no control group behind")
    func groups() async throws {
        let place = try Place()
        let (result, text) = try await place.shell("cat /proc/self/cgroup")
        #expect(result.outcome.succeeded)
        let left = text.split(separator: "\n").filter { $0.contains("apkfarm-\(getpid())") }
        #expect(left.isEmpty, "the build sees its own group as the root of all")
    }

    @Test("is ended when it eats memory that belongs to no process")
    func memoryOfNobody() async throws {
        let place = try Place()
        guard
            await Sandbox.probe(place.host).findings.contains(where: {
                $0.name == "memory limit by the kernel" && $0.problem == nil
            })
        else { return }
        let sandbox = place.sandbox { $0.memory = .mebibytes(200) }
        let (result, _) = try await place.shell(
            """
            perl -e 'my @f; my $n = "x"; while (1) { my $fd = syscall(319, $n, 0); $fd < 0 and die; open(my $h, ">&=", $fd);
                syswrite $h, "x" x 10_000_000; push @f, $h; }'; sleep 60
            """, in: sandbox)
        #expect(result.outcome == .overLimit(.memory(.mebibytes(200))))
    }

    @Test("is ended when it makes files without end")
    func files() async throws {
        let place = try Place()
        let sandbox = place.sandbox { $0.files = 5000 }
        let (result, _) = try await place.shell(
            "perl -e 'while (1) { open(my $h, \">\", $i++) or die }'", in: sandbox)
        #expect(result.outcome == .overLimit(.files(5000)))
    }

    @Test("makes folders deeper than any path, and they are counted and removed")
    func depth() async throws {
        let place = try Place()
        let sandbox = place.sandbox { $0.disk = .mebibytes(20) }
        let (result, _) = try await place.shell(
            """
            perl -e 'for (1..3000) { mkdir "d" x 100; chdir "d" x 100 or die } open(my $h, ">", "f");
                syswrite $h, "x" x 30_000_000; sleep 60'
            """, in: sandbox)
        #expect(result.outcome == .overLimit(.disk(.mebibytes(20))))
        #expect(FolderRemoval.remove(place.build))
        #expect(!FileManager.default.fileExists(atPath: place.build))
    }

    @Test("is ended when it hangs, with all that it started")
    func hangs() async throws {
        let place = try Place()
        let mark = "2718.\(UInt32.random(in: 0...UInt32.max))"
        let sandbox = place.sandbox { $0.wallTime = .seconds(1) }
        let (result, _) = try await place.shell(
            "trap '' TERM INT; setsid sleep \(mark) & sleep \(mark)", in: sandbox)
        #expect(result.outcome == .timedOut(.seconds(1)))
        #expect(Place.processes(with: mark) == 0)
    }

    @Test("is ended when it says nothing for too long")
    func silent() async throws {
        let place = try Place()
        let sandbox = place.sandbox { $0.silence = .seconds(1) }
        let (result, text) = try await place.shell(
            "for i in 1 2 3; do echo $i; sleep 0.5; done; sleep 60", in: sandbox)
        #expect(result.outcome == .silent(.seconds(1)))
        #expect(text == "1\n2\n3\n")
    }

    @Test("leaves no daemon behind")
    func daemons() async throws {
        let place = try Place()
        let mark = "1618.\(UInt32.random(in: 0...UInt32.max))"
        let (result, _) = try await place.shell(
            "(setsid setsid sleep \(mark) </dev/null >/dev/null 2>&1 &); sleep \(mark) & exit 3")
        #expect(result.outcome == .exited(3))
        #expect(Place.processes(with: mark) == 0)
    }

    @Test("is ended when it forks without end")
    func forkBomb() async throws {
        let place = try Place()
        let sandbox = place.sandbox { $0.processes = 200 }
        let (result, _) = try await place.shell("bomb() { bomb | bomb & }; bomb; sleep 60", in: sandbox)
        #expect(result.outcome == .overLimit(.processes(200)))
        #expect(result.use.peakProcesses > 200)
    }

    @Test("is ended when it fills the disk, however it does so")
    func disk() async throws {
        let place = try Place()
        let sandbox = place.sandbox { $0.disk = .mebibytes(200) }
        let many = "i=0; while :; do i=$((i+1)); dd if=/dev/zero of=f$i bs=1M count=64 2>/dev/null; done"
        let (result, _) = try await place.shell(many, in: sandbox)
        #expect(result.outcome == .overLimit(.disk(.mebibytes(200))))
        #expect(result.use.peakDisk < .gibibytes(3))
        let large = place.sandbox { $0.fileSize = .mebibytes(10) }
        let (one, _) = try await place.shell("dd if=/dev/zero of=large bs=1M count=11", in: large)
        #expect(one.outcome == .signalled(25) || one.outcome == .exited(1) || one.outcome == .exited(153))
    }

    @Test("finds the temporary folders limited")
    func temporary() async throws {
        let place = try Place()
        let sandbox = place.sandbox { $0.temporary = .mebibytes(8) }
        for folder in ["/tmp", "/dev/shm"] {
            let (result, text) = try await place.shell(
                "dd if=/dev/zero of=\(folder)/f bs=1M count=20", in: sandbox)
            #expect(result.outcome == .exited(1) && text.contains("No space left on device"))
        }
    }

    @Test("is ended when it eats memory, its own or shared")
    func memory() async throws {
        let place = try Place()
        let sandbox = place.sandbox { $0.memory = .mebibytes(200) }
        let limit = Outcome.overLimit(.memory(.mebibytes(200)))
        let (own, _) = try await place.shell("perl -e '$x .= \"x\" x 1_000_000 while 1'", in: sandbox)
        #expect(own.outcome == limit)
        let (tree, _) = try await place.shell(
            "for i in 1 2 3 4 5; do perl -e '$x = \"x\" x 60_000_000; sleep 60' & done; wait", in: sandbox)
        #expect(tree.outcome == limit)
        let (copies, _) = try await place.shell(
            "perl -e '$x = \"x\" x 60_000_000; for (1..5) { fork or do { sleep 2; exit } } wait for 1..5'",
            in: sandbox)
        #expect(copies.outcome == .exited(0), "pages that a fork shares count once")
    }

    @Test("is ended when it prints without end")
    func output() async throws {
        let place = try Place()
        let sandbox = place.sandbox { $0.log = .mebibytes(1) }
        let result = try await sandbox.run(["yes"])
        #expect(result.outcome == .overLimit(.log(.mebibytes(1))))
    }
}
