/// A lookup of targets that fails; those found before go on being scraped.
package struct DiscoveryTrouble: Sendable, Hashable {
    /// What fails.
    package struct Place: Sendable, Hashable {
        /// The job.
        package let job: String
        /// What stands before `_sd_configs`.
        package let mechanism: String
        /// Which of a mechanism's entries or files.
        let subject: String
    }

    /// What fails.
    package let place: Place
    /// Why; holds no secret.
    package let reason: String
}
