import COpenSSL

/// libcrypto's digest context as a value: a copy is made when one of two sharers changes it.
struct DigestState: Sendable {
    private var context: Context

    init(_ algorithm: () -> OpaquePointer?) {
        context = Context(algorithm())
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        makeUnique()
        context.update(bytes)
    }

    mutating func finalize() -> Digest {
        makeUnique()
        return context.finalize()
    }

    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&context) { context = Context(copying: context) }
    }

    // Unchecked: only DigestState holds a context, and changes it only while it is the only holder.
    private final class Context: @unchecked Sendable {
        private let pointer: OpaquePointer?
        private let algorithm: OpaquePointer?

        init(_ algorithm: OpaquePointer?) {
            self.algorithm = algorithm
            pointer = EVP_MD_CTX_new()
            check(EVP_DigestInit_ex(pointer, algorithm, nil))
        }

        init(copying other: Context) {
            algorithm = other.algorithm
            pointer = EVP_MD_CTX_new()
            check(EVP_MD_CTX_copy_ex(pointer, other.pointer))
        }

        deinit { EVP_MD_CTX_free(pointer) }

        func update(_ bytes: UnsafeRawBufferPointer) {
            check(EVP_DigestUpdate(pointer, bytes.baseAddress, bytes.count))
        }

        func finalize() -> Digest {
            var length: UInt32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
                check(EVP_DigestFinal_ex(pointer, buffer.baseAddress, &length))
                count = Int(length)
            }
            check(EVP_DigestInit_ex(pointer, algorithm, nil))
            return Digest(unchecked: bytes)
        }

        // These calls fail only without memory or with a libcrypto that lacks the SHA family: as with Swift's own
        // allocations, there is nothing a caller could do, and a digest must never be silently wrong.
        private func check(_ result: Int32) {
            precondition(result == 1, "libcrypto cannot compute a digest: \(lastReason())")
        }
    }
}
