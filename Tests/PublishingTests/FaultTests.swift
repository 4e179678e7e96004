import Apk
import Foundation
import Publishing
import Testing

@Suite("Faults while publishing")
struct FaultTests {
    /// The number of operations of an undisturbed second publication.
    private func operations() throws -> Int {
        let farm = try Farm()
        try farm.publish(try farm.package("zlib", "1-r0"), try farm.package("tree", "1-r0"))
        let files = FaultyFiles(failing: .max)
        try farm.publish(
            try farm.package("zlib", "2-r0"), try farm.package("zlib-dev", "2-r0", origin: "zlib"),
            through: files)
        return files.operations
    }

    @Test(
        "Whichever operation fails, the old or the new state is whole, and a second try succeeds",
        arguments: [false, true])
    func everyOperation(isTorn: Bool) throws {
        let count = try operations()
        #expect(count > 20)
        var failures = 0
        for number in 0..<count {
            let farm = try Farm()
            try farm.publish(try farm.package("zlib", "1-r0"), try farm.package("tree", "1-r0"))
            let new = [
                try farm.package("zlib", "2-r0"), try farm.package("zlib-dev", "2-r0", origin: "zlib"),
            ]
            do {
                try farm.publish(new[0], new[1], through: FaultyFiles(failing: number, isTorn: isTorn))
            } catch let error as PublishingError {
                failures += 1
                let text = error.description
                #expect(text.contains("No space left on device"), "operation \(number): \(text)")
            }
            let listed = try farm.listed()
            #expect(
                listed == ["tree 1-r0", "zlib 1-r0"]
                    || listed == ["tree 1-r0", "zlib 2-r0", "zlib-dev 2-r0"],
                "operation \(number) left \(listed)")
            #expect(try farm.faults() == [], "operation \(number)")
            try farm.publish(new[0], new[1])
            #expect(try farm.listed() == ["tree 1-r0", "zlib 2-r0", "zlib-dev 2-r0"])
            #expect(try farm.faults() == [])
            #expect(try farm.files().filter { $0.hasPrefix(".") } == [], "operation \(number)")
        }
        #expect(failures >= count - 4)
    }

    @Test("A first publication that fails anywhere leaves no index")
    func firstPublication() throws {
        var number = 0
        while true {
            let farm = try Farm()
            let zlib = try farm.package("zlib", "1-r0")
            let files = FaultyFiles(failing: number)
            do {
                try farm.publish(zlib, through: files)
                if files.operations <= number { return }
            } catch {
                #expect(try farm.listed() == [] || farm.faults() == [])
            }
            try farm.publish(zlib)
            #expect(try farm.listed() == ["zlib 1-r0"])
            number += 1
        }
    }

    /// Whichever operation of `change` fails: the state before or after is whole, and a second try gives the one after.
    private func everyOperation(
        after: [String], _ change: (Farm, any RepositoryFiles) throws -> Void
    ) throws {
        func prepared() throws -> Farm {
            let farm = try Farm()
            try farm.publish(try farm.package("zlib", "1-r0"), try farm.package("tree", "1-r0"))
            try farm.publish(try farm.package("zlib", "2-r0"))
            try farm.repository(channel: "staging").publish(
                [try farm.package("zlib", "3-r0")], key: try farm.key(), epoch: Farm.epoch)
            return farm
        }
        let files = FaultyFiles(failing: .max)
        try change(try prepared(), files)
        #expect(files.operations > 20)
        for number in 0..<files.operations {
            let farm = try prepared()
            do { try change(farm, FaultyFiles(failing: number, isTorn: number % 2 == 0)) } catch let error
                as PublishingError
            {
                #expect(
                    error.description.contains("No space left on device"), "operation \(number): \(error)")
            }
            let listed = try farm.listed()
            #expect(
                listed == ["tree 1-r0", "zlib 2-r0"] || listed == after, "operation \(number) left \(listed)")
            let gone = try farm.repository().tombstones().map(\.file)
            #expect(try farm.faults().filter { fault in !gone.contains { fault.contains($0) } } == [])
            if listed != after { try change(farm, LocalFiles()) }
            #expect(try farm.listed() == after, "operation \(number)")
            #expect(try farm.faults() == [])
        }
    }

    @Test("Promotion under faults")
    func promotion() throws {
        try everyOperation(after: ["tree 1-r0", "zlib 3-r0"]) { farm, files in
            try farm.repository(files).promote(
                from: farm.repository(files, channel: "staging"), key: try farm.key(), epoch: Farm.epoch)
        }
    }

    @Test("Roll-back under faults")
    func rollback() throws {
        try everyOperation(after: ["tree 1-r0", "zlib 1-r0"]) { farm, files in
            try farm.repository(files).rollBack(to: 1, key: try farm.key(), epoch: Farm.epoch)
        }
    }

    @Test("Withdrawal under faults")
    func withdrawal() throws {
        let name = try PackageName(parsing: "zlib")
        let version = try PackageVersion(parsing: "2-r0")
        try everyOperation(after: ["tree 1-r0", "zlib 1-r0"]) { farm, files in
            _ = try farm.repository(files).withdraw(
                name, version: version, reason: "bad", key: try farm.key(), epoch: Farm.epoch)
        }
    }

    @Test("A full disk is reported with the file and the remedy")
    func fullDisk() throws {
        // A device that is always full.
        let error = #expect(throws: PublishingError.self) {
            try LocalFiles().write([1, 2, 3], to: "/dev/full")
        }
        #expect(
            error?.description
                == "/dev/full: cannot be written: No space left on device; what was published before is"
                + " unchanged; make room or check the folder's rights, then try again")
    }
}
