/// One section of the configuration while its keys are read.
///
/// An options type reads each of its keys once, with default and one line for the reference:
///
/// ```swift
/// struct ScrapeOptions: ComponentOptions {
///     let job: String
///     let interval: Duration
///     let scheme: Scheme            // enum Scheme: String, CaseIterable
///     let tls: TLSOptions?
///     let relabeling: [RelabelOptions]
///
///     init(from node: inout ConfigNode) throws(ConfigError) {
///         self.job = node.requiredString("job_name", "The value of the label `job`.")
///         self.interval = node.duration(
///             "scrape_interval", default: .seconds(15), "How often targets are scraped.")
///         self.scheme = node.choice("scheme", default: .http, "How targets are spoken to.")
///         self.tls = node.optionalSection("tls_config", TLSOptions.self, "TLS to the targets.")
///         self.relabeling = node.sections(
///             "relabel_configs", RelabelOptions.self, "Rewrites target labels.")
///         node.unsupported("oauth2", "OAuth is not there yet.")
///         if self.interval == .zero {
///             node.reject("scrape_interval", expected: "a duration above 0")
///         }
///     }
/// }
/// ```
///
/// Every scalar reader comes in three forms: with `default:` it returns the value, without it an
/// optional, and as `required…` a value that the user must give. `value(_:_:default:_:)` does the
/// same for a notation of the component's own (`ScalarSyntax`), `list` and `map` for many values.
/// Sections read nested options, by type or by closure.
///
/// No reader throws for bad input. A bad value is noted as a problem with its place, and the
/// default (or a stand-in, when required) is returned, so that one run shows every problem; the
/// result is thrown away when there are errors. Only `section` throws, when what it reads does. A
/// `null` or empty value is as good as an absent key.
///
/// When the section's `init` has returned, the keys that no reader asked for are reported as
/// unknown, with the nearest key that one did ask for.
package struct ConfigNode: ~Copyable {
    let session: ConfigSession
    /// Where the section starts; where its parent starts when it is absent.
    package let location: ConfigLocation
    let entries: [YAMLEntry]
    private var known: Set<String> = []
    private var secrets: Set<String> = []

    init(_ session: ConfigSession, _ entries: [YAMLEntry], at location: ConfigLocation) {
        self.session = session
        self.entries = entries
        self.location = location
    }

    /// The section's key path, such as `scrape_configs[0]`; empty at the top.
    package var path: String { self.location.path }

    /// Whether the file gives `key` a value, even a bad one.
    package func isPresent(_ key: String) -> Bool {
        self.entries.contains { $0.key == key }
    }

    /// Where the value of `key` is; where the section starts when the file does not have it.
    package func location(of key: String) -> ConfigLocation {
        let path = self.path(to: key)
        guard let entry = self.entries.first(where: { $0.key == key }) else {
            return ConfigLocation(
                file: self.location.file,
                line: self.location.line,
                column: self.location.column,
                path: path,
            )
        }
        return self.session.location(self.session.node(entry.value).mark, path)
    }

    /// What the environment says of `name`; nil when it is not set or empty.
    ///
    /// For notations that name a variable themselves, such as `proxy_from_environment`.
    package func environmentVariable(_ name: String) -> String? {
        let value = self.session.document.environment[name]
        return value == "" ? nil : value
    }

    /// Notes that the value of `key` is wrong, and shows it.
    ///
    /// A value that was read as a secret is not shown.
    ///
    /// - Parameters:
    ///   - key: The key; it need not be present.
    ///   - expected: What would be right, such as `an http or https URL`.
    ///   - remedy: What to do, unless that is clear.
    package func reject(_ key: String, expected: String, remedy: String = "") {
        let entry = self.entries.first { $0.key == key }
        var found = entry.map { Found.text(self.session.node($0.value)) } ?? "nothing"
        if entry != nil, self.secrets.contains(key) { found = Found.secret }
        self.reject(key, because: "expected \(expected), found \(found)", remedy: remedy)
    }

    /// Notes that the value of `key` is wrong.
    package func reject(_ key: String, because message: String, remedy: String = "") {
        self.session.note(ConfigProblem(at: self.location(of: key), message, remedy: remedy))
    }

    /// Notes that the section as a whole is wrong.
    package func reject(because message: String, remedy: String = "") {
        self.session.note(ConfigProblem(at: self.location, message, remedy: remedy))
    }

    /// Notes something about `key` that does not keep the configuration from being applied.
    package func warn(_ key: String, _ message: String, remedy: String = "") {
        let location = self.location(of: key)
        self.session.note(ConfigProblem(.warning, at: location, message, remedy: remedy))
    }

    /// Knows a key that the agent does not honour; using it is a warning, not an error.
    ///
    /// - Parameters:
    ///   - key: A key that users have for another program, such as Prometheus's `rule_files`.
    ///   - reason: One sentence for them: why it does nothing, or what to use instead.
    package mutating func unsupported(_ key: String, _ reason: String) {
        self.record(key, type: "not honoured", summary: reason)
        guard let node = self.take(key) else { return }
        if case .list(let items) = node.content, items.isEmpty { return }
        if case .scalar(_, isNull: true) = node.content { return }
        self.warn(key, "has no effect here: \(reason)")
    }

    /// Lets keys pass that nobody reads, for files of other programs.
    package mutating func allowOtherKeys() { self.takeAll() }

    /// The value of `key`, which from here on is known.
    mutating func take(_ key: String) -> YAMLNode? {
        self.known.insert(key)
        guard let entry = self.entries.first(where: { $0.key == key }) else { return nil }
        return self.session.node(entry.value)
    }

    /// The value of `key`, which from here on is known and never shown.
    mutating func takeSecret(_ key: String) -> YAMLNode? {
        self.secrets.insert(key)
        if let entry = self.entries.first(where: { $0.key == key }) {
            self.session.hide(entry.value)
        }
        return self.take(key)
    }

    /// Never shows the value of `key`.
    mutating func hide(_ key: String) { self.secrets.insert(key) }

    /// Lets any key pass: the reader has gone through `entries` itself.
    mutating func takeAll() {
        for entry in self.entries { self.known.insert(entry.key) }
    }

    /// Reports the keys that nobody read.
    func finish() {
        guard self.session.isReading else { return }
        let unknown = self.entries.filter { !self.known.contains($0.key) }
        if unknown.isEmpty { return }
        // A key that is there already is hardly what another one was meant to be.
        let unused = self.known.subtracting(self.entries.map(\.key)).sorted()
        for entry in unknown {
            let remedy =
                self.session.report.isFull ? "" : self.remedy(for: entry.key, unused: unused)
            let location = self.session.location(entry.mark, self.path(to: entry.key))
            self.session.note(ConfigProblem(at: location, "unknown key", remedy: remedy))
        }
    }

    /// The nearest known key, else the sections that have the key, else what is known here.
    private func remedy(for key: String, unused: [String]) -> String {
        let known = self.known.sorted()
        let nearest =
            NearestName.nearest(to: key, in: unused) ?? NearestName.nearest(to: key, in: known)
        if let nearest { return "did you mean \(nearest)?" }
        let places = self.session.sections(with: key).filter { $0 != self.path }
        if !places.isEmpty, places.count <= 3 {
            let names = places.map { $0.isEmpty ? "the top of the file" : $0 }
            return "it belongs in \(names.joined(separator: " or "))"
        }
        if known.isEmpty { return "no key is known here" }
        if known.count <= 12 { return "known here: \(known.joined(separator: ", "))" }
        return "`martlet reference` lists what is known here"
    }

    func path(to key: String) -> String {
        let isPlain = key.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: ".") && $0 < 0x7f }
        let name = isPlain && !key.isEmpty && key.utf8.count < 128 ? key : Shown.quoted(key)
        return self.path.isEmpty ? name : "\(self.path).\(name)"
    }

    func record(
        _ key: String,
        type: String,
        default value: String? = nil,
        summary: String,
        isRequired: Bool = false,
        isSecret: Bool = false,
    ) {
        self.session.recorder?.add(
            ConfigReference.Entry(
                path: self.path(to: key),
                type: type,
                defaultValue: value,
                summary: summary,
                isRequired: isRequired,
                isSecret: isSecret,
            )
        )
    }
}
