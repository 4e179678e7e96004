import Foundation

/// The commit that a git checkout is at, read from its files as gitrepository-layout(5) describes them: no program is run, and
/// nothing that a checkout configures.
struct GitHead {
    let checkout: String

    /// The commit's name, in 40 or 64 hexadecimal digits.
    /// - Throws: `RecipeFolders.Unseen` for what is no checkout, or has no commit.
    func commit() throws -> String {
        let folder = try gitFolder()
        // While git puts files in place; HEAD is moved before that in a new clone.
        if access(folder + "/index.lock", F_OK) == 0 {
            throw RecipeFolders.Unseen(
                description: "\(checkout): git is at work there (\(folder)/index.lock)")
        }
        var text = try read(folder + "/HEAD")
        // A reference may name another one; git itself follows five.
        for _ in 0..<5 {
            guard text.hasPrefix("ref: ") else { break }
            text = try resolved(String(text.dropFirst(5)).trimmingCharacters(in: .whitespaces), in: folder)
        }
        guard Self.isCommit(text) else {
            throw RecipeFolders.Unseen(
                description:
                    "\(checkout): git's HEAD cannot be read; 'git -C \(checkout) rev-parse HEAD' may say why")
        }
        return text
    }

    /// `.git`, or what that file of a linked worktree names.
    private func gitFolder() throws -> String {
        let own = checkout + "/.git"
        // Only a file has text.
        guard let text = try? String(contentsOfFile: own, encoding: .utf8), text.hasPrefix("gitdir: ") else {
            return own
        }
        let path = text.dropFirst("gitdir: ".count).trimmingCharacters(in: .whitespacesAndNewlines)
        return path.hasPrefix("/") ? path : "\(checkout)/\(path)"
    }

    private func resolved(_ name: String, in folder: String) throws -> String {
        guard !name.split(separator: "/").contains("..") else { return "" }
        // References that are shared by worktrees lie in the common folder, which a file names.
        var folders = [folder]
        if let common = try? String(contentsOfFile: folder + "/commondir", encoding: .utf8) {
            let path = common.trimmingCharacters(in: .whitespacesAndNewlines)
            folders.append(path.hasPrefix("/") ? path : "\(folder)/\(path)")
        }
        for folder in folders {
            // A reference without a file of its own may be among the packed ones.
            if let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) {
                return text.trimmingCharacters(in: .whitespacesAndNewlines)
            }
        }
        for folder in folders {
            let packed = (try? String(contentsOfFile: folder + "/packed-refs", encoding: .utf8)) ?? ""
            for line in packed.split(separator: "\n") where line.hasSuffix(" " + name) {
                return String(line.prefix { $0 != " " })
            }
        }
        return ""
    }

    private func read(_ path: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(
                in: .whitespacesAndNewlines)
        } catch { throw RecipeFolders.Unseen(description: "\(path) cannot be read") }
    }

    private static func isCommit(_ text: String) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
