extension LogJSON {
    /// What a layout writes of a record besides its fields.
    struct Parts: OptionSet, Sendable {
        let rawValue: UInt16

        /// What is on each record.
        static let always = Parts(rawValue: 1 << 0)
        static let body = Parts(rawValue: 1 << 1)
        static let stream = Parts(rawValue: 1 << 2)
        /// What is said of a container.
        static let pod = Parts(rawValue: 1 << 3)
        /// What is said of a file outside of pods.
        static let file = Parts(rawValue: 1 << 4)
        static let truncated = Parts(rawValue: 1 << 5)
        static let incomplete = Parts(rawValue: 1 << 6)
        static let parseError = Parts(rawValue: 1 << 7)
        static let severity = Parts(rawValue: 1 << 8)
        static let traceID = Parts(rawValue: 1 << 9)
        static let spanID = Parts(rawValue: 1 << 10)
        static let traceFlags = Parts(rawValue: 1 << 11)
    }
}
