/// The words that have a meaning of their own where a command may begin.
enum ReservedWord: UInt8 {
    case `if`, then, elif, `else`, fi
    case `for`, `while`, until, `do`, done
    case `case`, esac
    case open, close
    case bang
    case function

    /// Their spellings.
    static let spellings = [
        "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "{", "}",
        "!",
        "function",
    ]

    /// Whether it ends a list of commands.
    var closes: Bool {
        switch self {
        case .then, .elif, .else, .fi, .do, .done, .esac, .close: true
        default: false
        }
    }

    /// How many bytes it has.
    var count: Int {
        switch self {
        case .open, .close, .bang: 1
        case .if, .fi, .do: 2
        case .for: 3
        case .then, .elif, .else, .done, .case, .esac: 4
        case .while, .until: 5
        case .function: 8
        }
    }
}

extension ShellParser {
    /// The reserved word that stands here, if one does.
    func reservedWord() -> ReservedWord? {
        let word: ReservedWord
        let here = text + at
        switch here[0] {
        case UInt8(ascii: "i"):
            guard here[1] == UInt8(ascii: "f") else { return nil }
            word = .if
        case UInt8(ascii: "t"):
            guard follows(here, "then") else { return nil }
            word = .then
        case UInt8(ascii: "e"):
            switch here[1] {
            case UInt8(ascii: "l"):
                if follows(here, "elif") {
                    word = .elif
                } else if follows(here, "else") {
                    word = .else
                } else {
                    return nil
                }
            case UInt8(ascii: "s"):
                guard follows(here, "esac") else { return nil }
                word = .esac
            default: return nil
            }
        case UInt8(ascii: "f"):
            switch here[1] {
            case UInt8(ascii: "i"): word = .fi
            case UInt8(ascii: "o"):
                guard here[2] == UInt8(ascii: "r") else { return nil }
                word = .for
            case UInt8(ascii: "u"):
                guard follows(here, "function") else { return nil }
                word = .function
            default: return nil
            }
        case UInt8(ascii: "w"):
            guard follows(here, "while") else { return nil }
            word = .while
        case UInt8(ascii: "u"):
            guard follows(here, "until") else { return nil }
            word = .until
        case UInt8(ascii: "d"):
            guard here[1] == UInt8(ascii: "o") else { return nil }
            if here[2].endsWord {
                word = .do
            } else if follows(here, "done") {
                word = .done
            } else {
                return nil
            }
        case UInt8(ascii: "c"):
            guard follows(here, "case") else { return nil }
            word = .case
        case .openBrace: word = .open
        case .closeBrace: word = .close
        case .bang: word = .bang
        default: return nil
        }
        return here[word.count].endsWord ? word : nil
    }

    /// Compares up to the text's last byte, which is a zero.
    private func follows(_ here: UnsafePointer<UInt8>, _ word: StaticString) -> Bool {
        for index in 0..<word.utf8CodeUnitCount where here[index] != word.utf8Start[index] { return false }
        return true
    }

    /// Takes the reserved word `word`, or says that it is missing.
    mutating func take(_ word: ReservedWord, _ name: String) throws(ShellFinding) {
        skipBlanks()
        guard reservedWord() == word else { throw unexpected("'\(name)'") }
        at += word.count
    }
}
