import Foundation
import Testing

@Suite("apk's command line")
struct ApkProgramTests {
    private let add = "add --root %/root --keys-dir %/keys --repository %/repo "

    @Test func `add installs and says so as apk does`() throws {
        let session = try Session()
        defer { session.end() }
        let answer = session.apk(add + "app")
        #expect(answer.status == 0)
        #expect(
            answer.said == [
                "(1/3) Installing lib (1-r0)", "(2/3) Installing x (1-r0)", "(3/3) Installing app (1-r0)",
                "OK: 8 B in 3 packages",
            ])
        #expect(session.apk("info --root %/root").said == ["app", "lib", "x"])
        #expect(
            session.apk("info -p %/root -L app").said == [
                "app-1-r0 contains:", "etc/app.conf", "usr/bin/app", "",
            ])
        #expect(
            session.apk("info -p %/root -R -d -s app").said == [
                "app-1-r0 description:", "test", "", "app-1-r0 installed size:", "4 B", "",
                "app-1-r0 depends on:", "lib",
                "so:libx.so.1", "",
            ])
        #expect(session.apk("info -p %/root -r lib").said == ["lib-1-r0 is required by:", "app-1-r0", ""])
        #expect(session.apk("info -p %/root -a app").said.count { $0.hasSuffix(":") } == 12)
        let owner = session.apk("info -p %/root -W /usr/bin/app /nothing")
        #expect(owner.status == 1)
        #expect(owner.said == ["/usr/bin/app is owned by app-1-r0"])
        #expect(owner.complained == ["ERROR: /nothing: Could not find owner package"])
        let tested = session.apk("info -p %/root -e app nope")
        #expect(tested.status == 1 && tested.said == ["app"])
    }

    @Test func `del removes what nobody needs, and says what stays`() throws {
        let session = try Session()
        defer { session.end() }
        _ = session.apk(add + "app lib")
        let stays = session.apk("del --root %/root lib")
        #expect(stays.status == 0)
        #expect(
            stays.said == [
                "World updated, but the following packages are not removed due to:", "  lib: app", "",
                "OK: 8 B in 3 packages",
            ])
        let goes = session.apk("del -p %/root app")
        #expect(
            goes.said == [
                "(1/3) Purging app (1-r0)", "(2/3) Purging lib (1-r0)", "(3/3) Purging x (1-r0)",
                "OK: 0 B in 0 packages",
            ])
        let unknown = session.apk("del -p %/root nothere")
        #expect(unknown.status == 1 && unknown.complained == ["ERROR: No such package: nothere"])
    }

    @Test func `what cannot be installed is explained`() throws {
        let session = try Session()
        defer { session.end() }
        let answer = session.apk(add + "nodep")
        #expect(answer.status == 1)
        #expect(
            answer.complained == [
                "ERROR: unable to select packages:\n  missing (no such package):\n    required by: nodep-1-r0[missing]"
            ])
        let nowhere = session.apk("add -p %/root --keys-dir %/keys -X /nonexistent app")
        #expect(nowhere.status == 1)
        #expect(
            nowhere.complained.first?.hasPrefix("WARNING: opening /nonexistent/wasm32/APKINDEX.tar.gz: ")
                == true)
    }

    @Test func `simulate does nothing`() throws {
        let session = try Session()
        defer { session.end() }
        #expect(session.apk(add + "--simulate app").said.count == 4)
        #expect(session.apk("info -p %/root").said == [])
    }

    @Test func `verify answers for each file`() throws {
        let session = try Session()
        defer { session.end() }
        let file = session.folder + "/repo/wasm32/app-1-r0.apk"
        let good = session.apk("verify --keys-dir %/keys \(file)")
        #expect(good.status == 0 && good.said == ["\(file): OK"])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        let cut = session.folder + "/cut.apk"
        try bytes.prefix(bytes.count - 1).write(to: URL(fileURLWithPath: cut))
        let bad = session.apk("verify --keys-dir %/keys \(cut) \(file)")
        #expect(bad.status == 1)
        #expect(bad.said.count == 2 && bad.said[0].contains("cut off") && bad.said[1] == "\(file): OK")
        try FileManager.default.createDirectory(
            atPath: session.folder + "/none", withIntermediateDirectories: true)
        let untrusted = session.apk("verify --keys-dir %/none \(file)")
        #expect(untrusted.status == 1 && untrusted.said[0].contains("UNTRUSTED signature"))
    }

    @Test func `index makes an index that can be installed from`() throws {
        let session = try Session()
        defer { session.end() }
        let answer = session.apk(
            "index --keys-dir %/keys -o %/repo/wasm32/APKINDEX.tar.gz -d words %/repo/wasm32/lib-1-r0.apk")
        #expect(answer.status == 0)
        #expect(answer.complained == ["Index has 1 packages (of which 1 are new)"])
        #expect(session.apk(add + "lib").status == 1)
        #expect(session.apk("add --allow-untrusted -p %/root -X %/repo lib").status == 0)
    }

    @Test func `version compares and checks`() throws {
        let session = try Session()
        defer { session.end() }
        #expect(session.apk("version -t 1.0 1.1").said == ["<"])
        #expect(session.apk("version --test 1.0-r1 1.0-r0").said == [">"])
        #expect(session.apk("version -t 1.0 1.0").said == ["="])
        let checked = session.apk("version -c 1.0 1.x")
        #expect(checked.status == 1 && checked.said == ["1.x"])
        #expect(session.apk("version -t 1.0").status == 1)
    }

    @Test func `wrong words are refused in apk's words`() throws {
        let session = try Session()
        defer { session.end() }
        #expect(session.apk("foo").complained == ["ERROR: 'foo' is not an apk command. See 'apk --help'."])
        #expect(session.apk("add --foo").complained == ["ERROR: command line: unrecognized option 'foo'"])
        #expect(
            session.apk("add --root").complained == [
                "ERROR: command line: option 'root' requires an argument"
            ])
        #expect(session.apk("--help").status == 0)
        #expect(session.apk("add --help").said.contains { $0.contains("--upgrade") })
    }
}
