/// One change that an overlay makes to a recipe, with the reason for it.
public struct OverlayChange: Sendable, Hashable {
    /// What is changed.
    public enum Kind: Sendable, Hashable {
        /// `[[words]]`: words of a list variable that are added and removed.
        case words(variable: String, add: [String], remove: [String])
        /// `[[value]]`: a variable's whole value; `was` is what upstream has, empty for nothing.
        case value(variable: String, value: String, was: String)
        /// `[[environment]]`: an exported variable that gets a value, or text after its value.
        case environment(name: String, value: String, isAppended: Bool)
        /// `[[patch]]`: a patch beside the overlay that is added to the sources.
        case patch(file: String)
        /// `[[source]]` with `add`: a further source; the sum is nil for a file beside the overlay.
        case addedSource(entry: String, sha512: String?)
        /// `[[source]]` with `replace`: another file for a source; `was` is upstream's SHA-512 or its beginning.
        case replacedSource(name: String, entry: String, sha512: String?, was: String)
        /// `[[source]]` with `remove`.
        case removedSource(name: String, was: String)
        /// `[[function]]`: a function whose text is in `file`; `was` is the digest of the one that it replaces, nil
        /// when upstream has none. Without a file the function is removed.
        case function(name: String, file: String?, was: String?)
        /// `[[edit]]`: text that is replaced where it stands, in one function or in the whole recipe.
        case edit(function: String?, old: String, new: String, times: Int)
        /// `[[configure]]`: arguments of the command that configures.
        case configure(function: String, command: String?, add: [String], remove: [String])
    }

    /// What is changed.
    public let kind: Kind
    /// Why, in a sentence.
    public let reason: String
    /// Whether Alpine could take it.
    public let isForUpstream: Bool
    /// When it can go.
    public let until: String
    /// Where it stands in the overlay.
    public let place: Place
}
