/// How patient fetching is, and how much it takes.
public struct FetchSettings: Sendable, Equatable {
    /// The most bytes of one source.
    public var sizeLimit: Int
    /// How often a place that failed half-way is asked again.
    public var retries: Int
    /// The pause before the first retry; each further one is twice as long.
    public var retryDelay: Duration
    /// How long a place may take to accept a connection.
    public var connectTimeout: Duration
    /// How long a place may send nothing.
    public var silenceTimeout: Duration
    /// How long one source may take from one place.
    public var timeout: Duration
    /// The program that speaks HTTP: a name to look up, or a path.
    public var curl: String
    /// Whether a recipe's own URLs may lead to this machine, private networks, odd ports and files.
    public var allowsPrivateUpstreams: Bool
    /// Whether a recipe's own URLs are tried at all.
    public var allowsUpstreams = true

    /// Settings; the defaults suit source archives over the internet.
    public init(
        sizeLimit: Int = 4 << 30, retries: Int = 2, retryDelay: Duration = .milliseconds(500),
        connectTimeout: Duration = .seconds(15), silenceTimeout: Duration = .seconds(60),
        timeout: Duration = .seconds(3600), curl: String = "curl", allowsPrivateUpstreams: Bool = false
    ) {
        self.sizeLimit = sizeLimit
        self.retries = retries
        self.retryDelay = retryDelay
        self.connectTimeout = connectTimeout
        self.silenceTimeout = silenceTimeout
        self.timeout = timeout
        self.curl = curl
        self.allowsPrivateUpstreams = allowsPrivateUpstreams
    }
}
