/// Finds log records: files of containers, plain files, the journal.
package protocol LogSource: Component {
    /// Keeps the catalogue up to date until the task is cancelled; closes what it opened.
    ///
    /// Runs on a thread of its own and may block it.
    func run(into catalogue: LogCatalogue) async
}
