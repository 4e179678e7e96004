import Sandboxing
import Testing

@Suite("What ends a sandbox")
struct WatchTests {
    private let limits = Limits(
        memory: .mebibytes(100), processes: 10, disk: .mebibytes(50), log: .mebibytes(1),
        wallTime: .seconds(60), silence: .seconds(10))

    private func sample(
        at seconds: Int, memory: Int64 = 1, processes: Int = 1, disk: Int64 = 1, free: Int64 = 10_000,
        output: Int64 = 0
    ) -> Sample {
        Sample(
            time: .seconds(seconds), memory: .mebibytes(memory), processes: processes, disk: .mebibytes(disk),
            freeSpace: .mebibytes(free), output: ByteCount(bytes: output))
    }

    @Test("Use at each limit is allowed, beyond it ends the sandbox")
    func limitsAreInclusive() {
        var watch = Watch(limits: limits)
        #expect(watch.judge(sample(at: 1, memory: 100, processes: 10, disk: 50, output: 1 << 20)) == nil)
        #expect(watch.judge(sample(at: 1, memory: 101)) == .overLimit(.memory(.mebibytes(100))))
        #expect(watch.judge(sample(at: 1, processes: 11)) == .overLimit(.processes(10)))
        #expect(watch.judge(sample(at: 1, disk: 51)) == .overLimit(.disk(.mebibytes(50))))
        #expect(watch.judge(sample(at: 1, output: 1 << 21)) == .overLimit(.log(.mebibytes(1))))
        #expect(watch.judge(sample(at: 1, free: 1)) == .overLimit(.freeSpace(Watch.reserve)))
    }

    @Test("Silence counts from the last output, not from the start")
    func silence() {
        var watch = Watch(limits: limits)
        #expect(watch.judge(sample(at: 9)) == nil)
        #expect(watch.judge(sample(at: 9, output: 5)) == nil)
        #expect(watch.judge(sample(at: 18, output: 5)) == nil)
        #expect(watch.judge(sample(at: 19, output: 5)) == .silent(.seconds(10)))
    }

    @Test("A command that talks all the time is ended at the time limit")
    func wallTime() {
        var watch = Watch(limits: limits)
        for second in 0..<60 {
            #expect(watch.judge(sample(at: second, output: Int64(second))) == nil)
        }
        #expect(watch.judge(sample(at: 60, output: 60)) == .timedOut(.seconds(60)))
    }

    @Test("Sizes read as people write them")
    func sizes() {
        #expect(ByteCount.gibibytes(6).description == "6 GiB")
        #expect(ByteCount.mebibytes(1536).description == "1.5 GiB")
        #expect(ByteCount(bytes: 17).description == "17 bytes")
        #expect(
            Outcome.overLimit(.disk(.mebibytes(50))).description == "stopped: more than 50 MiB of disk space")
        #expect(Outcome.silent(.seconds(10)).description == "stopped: it printed nothing for 10 seconds")
    }
}
