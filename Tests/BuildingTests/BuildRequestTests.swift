import Building
import Testing

private func request(_ change: (inout BuildRequest) -> Void = { _ in }) -> BuildRequest {
    var request = BuildRequest(
        repository: "main", pkgname: "zlib", pkgver: "1.3.1", release: 0, recipeFiles: ["APKBUILD": "aa"],
        sources: ["zlib.tar.gz": "bb"], toolchain: "cc", runner: "dd", phases: "ee",
        dependencies: ["musl-dev": "1.2.6-r0 Q1x="], hostTools: [:], checks: .short)
    change(&request)
    return request
}

@Suite struct BuildRequestTests {
    @Test func equalRequestsHaveOneDigestAndEveryFieldCounts() {
        #expect(request().digest == request().digest)
        let changed: [BuildRequest] = [
            request { $0.pkgver = "1.3.2" }, request { $0.release = 1 },
            request { $0.recipeFiles["a.patch"] = "x" },
            request { $0.sources["zlib.tar.gz"] = "x" }, request { $0.toolchain = "x" },
            request { $0.runner = "x" }, request { $0.phases = "x" }, request { $0.dependencies = [:] },
            request { $0.hostTools["cmake"] = "3" }, request { $0.checks = .full },
            request { $0.repository = "community" },
        ]
        #expect(Set(changed.map(\.digest) + [request().digest]).count == changed.count + 1)
    }

    @Test func whatChangedIsSaidInWords() {
        let now = request {
            $0.recipeFiles["APKBUILD"] = "zz"
            $0.dependencies["musl-dev"] = "1.2.6-r1 Q1y="
            $0.release = 1000
        }
        #expect(
            now.changes(since: request()) == [
                "pkgrel 0 → 1", "recipe file APKBUILD: aa → zz",
                "dependency musl-dev: 1.2.6-r0 Q1x= → 1.2.6-r1 Q1y=",
            ])
    }

    @Test func theRebuildCountAloneIsNoChange() {
        #expect(request { $0.release = 3 }.changes(since: request()).isEmpty)
    }
}
