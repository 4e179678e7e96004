import Signing

/// The shell lines by which changes of variables are made at the end of a recipe. Each first keeps the value that it
/// finds as `apkfarm_was_N`, for ``OverlayCheck``.
struct OverlayLines {
    /// Reads a file beside the overlay.
    let read: (String) throws(RecipeError) -> [UInt8]

    /// The name that keeps what the change `number` found.
    static func kept(_ number: Int) -> String { "apkfarm_was_\(number)" }
    /// The name that keeps the checksums that it found.
    static func keptSums(_ number: Int) -> String { "apkfarm_sums_\(number)" }

    /// The lines of a change; nil for one that changes the text itself.
    func lines(for change: OverlayChange, number: Int) throws(RecipeError) -> String? {
        let kept = Self.kept(number)
        switch change.kind {
        case .words(let variable, let add, let remove):
            var lines = "\(kept)=\"${\(variable)-}\"\n"
            if !remove.isEmpty {
                lines += Self.filter(
                    variable, dropping: "\(remove.map(ShellText.quoted).joined(separator: " | "))) ;;")
            }
            if !add.isEmpty { lines += "\(variable)=\"${\(variable)-} \(add.joined(separator: " "))\"\n" }
            return lines
        case .value(let variable, let value, _):
            return "\(kept)=\"${\(variable)-}\"\n\(variable)=\(ShellText.expanded(value))\n"
        case .environment(let name, let value, let isAppended):
            let before = isAppended ? "\"${\(name)-} \"" : ""
            return "export \(name)=\(before)\(ShellText.expanded(value))\n"
        case .patch(let file): return try keep(kept, number) + source(file, sum(of: file, nil))
        case .addedSource(let entry, let sha512):
            return try keep(kept, number) + source(entry, sum(of: entry, sha512))
        case .replacedSource(let name, let entry, let sha512, _):
            return try keep(kept, number) + Self.without(name) + source(entry, sum(of: entry, sha512))
        case .removedSource(let name, _): return keep(kept, number) + Self.without(name)
        case .function, .edit, .configure: return nil
        }
    }

    private func keep(_ kept: String, _ number: Int) -> String {
        "\(kept)=\"${source-}\"\n\(Self.keptSums(number))=\"${sha512sums-}\"\n"
    }

    private func sum(of entry: String, _ sha512: String?) throws(RecipeError) -> String {
        if let sha512 { return sha512 }
        return SHA512.digest(of: try read(entry)).hex
    }

    private func source(_ entry: String, _ sum: String) -> String {
        let name = Source.parse(entry).name
        return "source=\"${source-}\n\t\(entry)\"\nsha512sums=\"${sha512sums-}\n\(sum)  \(name)\"\n"
    }

    /// Takes words out of a list: those that the arms of a `case` drop.
    private static func filter(_ variable: String, dropping arms: String) -> String {
        """
        apkfarm_words=
        for apkfarm_word in ${\(variable)-}; do
        	case "$apkfarm_word" in
        	\(arms)
        	*) apkfarm_words="$apkfarm_words $apkfarm_word" ;;
        	esac
        done
        \(variable)="$apkfarm_words"

        """
    }

    /// Takes a source and its checksums out.
    private static func without(_ name: String) -> String {
        let quoted = ShellText.quoted(name)
        let arms = """
            \(quoted)::*) ;;
            	*::*) apkfarm_words="$apkfarm_words $apkfarm_word" ;;
            	*/\(quoted) | \(quoted)) ;;
            """
        return filter("source", dropping: arms)
            + """
            apkfarm_words=
            apkfarm_sum=
            for apkfarm_word in ${sha512sums-}; do
            	if [ -z "$apkfarm_sum" ]; then
            		apkfarm_sum=$apkfarm_word
            	else
            		case "$apkfarm_word" in
            		\(quoted)) ;;
            		*)
            			apkfarm_words="$apkfarm_words
            $apkfarm_sum  $apkfarm_word"
            			;;
            		esac
            		apkfarm_sum=
            	fi
            done
            sha512sums="$apkfarm_words"

            """
    }
}
