extension [UInt8] {
    /// `withUnsafeBytes` with the error's type kept, which the standard one loses.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try span.bytes.withUnsafeBytes(body)
    }
}
