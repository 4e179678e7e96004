import Signing

/// The writing part of a publication: what it places it takes away again when a later step fails, up to the rename
/// of the index, which is the moment of publication.
struct PublishTransaction {
    let repository: PackageRepository
    let files: any RepositoryFiles
    private var placed: [String] = []

    init(repository: PackageRepository, files: any RepositoryFiles) {
        self.repository = repository
        self.files = files
    }

    /// Makes the folders, removes what a killed publication left half-written, and adds the public key.
    mutating func prepare(key: PublicKey) throws(PublishingError) {
        let contents = "\(repository.folder)/contents"
        for folder in [repository.packagesFolder, repository.keysFolder, contents] {
            try files.makeFolder(folder)
            for name in try files.names(in: folder) where TemporaryName.isOne(name) {
                try files.remove("\(folder)/\(name)")
            }
        }
        try add(key)
    }

    /// Puts packages and what belongs to them, the list of superseded ones (nil: as it is), the snapshot and the
    /// index in their places.
    mutating func publish(
        _ change: [IndexChange.Placed], superseded: SupersededList?,
        snapshot: [(name: String, bytes: [UInt8])],
        number: Int64, index: [UInt8]
    ) throws(PublishingError) {
        var temporary: [String] = []
        do {
            for file in change {
                let beside = TemporaryName.beside(file.path)
                temporary.append(beside)
                switch file {
                case .copy(let source, _): try files.copy(source, to: beside)
                case .link(let source, _): try files.link(source, to: beside)
                case .write(let bytes, _): try files.write(bytes, to: beside)
                }
            }
            for file in change {
                let isNew = try files.size(of: file.path) == nil
                try files.rename(TemporaryName.beside(file.path), to: file.path)
                temporary.removeFirst()
                if isNew { placed.append(file.path) }
            }
            try files.sync(folder: repository.packagesFolder)
            // Before the index: what the next index lacks must be known to have been published.
            if let superseded {
                try files.replace(
                    "\(repository.packagesFolder)/\(SupersededList.fileName)", with: superseded.bytes)
            }
            try place(snapshot, number)
            try files.replace(repository.indexPath, with: index)
        } catch {
            // The first error says what happened; what cannot be removed now, the next publication overwrites.
            for path in temporary + placed { try? files.remove(path) }
            throw error
        }
        try files.sync(folder: repository.packagesFolder)
    }

    /// A killed publication may have left a snapshot of this number, which was never current: it is overwritten.
    private mutating func place(_ snapshot: [(name: String, bytes: [UInt8])], _ number: Int64)
        throws(PublishingError)
    {
        let folder = repository.snapshotFolder(number)
        try files.makeFolder(folder)
        for file in snapshot {
            placed.append("\(folder)/\(file.name)")
            try files.replace("\(folder)/\(file.name)", with: file.bytes)
        }
        try files.sync(folder: folder)
    }

    private func add(_ key: PublicKey) throws(PublishingError) {
        let path = "\(repository.keysFolder)/\(key.name)"
        guard try files.read(path) == nil else { return }
        let draft = TemporaryName.beside(path) + ".new"
        do throws(SigningError) { try key.write(to: draft) } catch {
            throw .file(path: path, action: "written", reason: "\(error)")
        }
        let bytes = try files.read(draft) ?? []
        try files.remove(draft)
        try files.replace(path, with: bytes)
        try files.sync(folder: repository.keysFolder)
    }
}
