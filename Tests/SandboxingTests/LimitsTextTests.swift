import Sandboxing
import Testing

@Suite("Limits as people write them")
struct LimitsTextTests {
    @Test("Sizes, times and counts are understood")
    func good() throws {
        var limits = Limits()
        for text in [
            "memory=512M", "disk=2G", "files=5000", "file-size=10K", "temporary=1048576", "log=1M",
            "processes=64", "time=2h", "silence=90",
        ] { try limits.set(text) }
        #expect(
            limits
                == Limits(
                    memory: .mebibytes(512), processes: 64, disk: .gibibytes(2), files: 5000,
                    fileSize: ByteCount(bytes: 10240), temporary: .mebibytes(1), log: .mebibytes(1),
                    wallTime: .seconds(7200), silence: .seconds(90)))
    }

    @Test(
        "What is no limit is refused with what can be written",
        arguments: [
            "memory", "memory=", "memory=x", "memory=-1", "memory=0", "memory=99999999999G", "processes=1K",
            "tim=3",
            "=3", "",
        ])
    func bad(_ text: String) {
        var limits = Limits()
        let error = #expect(throws: LimitError.self) { try limits.set(text) }
        #expect(error?.description.contains("memory, processes, disk") == true)
        #expect(limits == Limits())
    }
}
