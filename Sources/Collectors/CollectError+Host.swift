import Host
import Pipeline

extension CollectError {
    /// Something of the host could not be read or understood.
    init(_ error: HostError) { self = .failed(error.description) }
}
