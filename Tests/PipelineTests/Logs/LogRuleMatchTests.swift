import Codecs
import Config
import Pipeline
import Telemetry
import Testing

/// Which containers a rule is for.
@Suite struct LogRuleMatchTests {
    private let origin = LogOrigin(
        path: "/var/log/pods/shop_web-1_uid-1/app/0.log",
        namespace: "shop",
        pod: "web-1",
        podUID: "uid-1",
        container: "app",
    )

    /// A selection as the file has it; nil when the check refuses it.
    private func read(_ yaml: String) throws -> LogRuleMatch? {
        let document = try ConfigDocument.parse(yaml)
        return ConfigLoader.read(from: document) { node throws(ConfigError) in
            try LogRuleMatch(from: &node)
        }.0
    }

    private func match(_ yaml: String) throws -> LogRuleMatch { try #require(try self.read(yaml)) }

    private var pod: PodObject {
        var pod = PodObject(name: "web-1", namespace: "shop")
        pod.metadata.labels = [.init("app", "web"), .init("tier", "")]
        return pod
    }

    @Test(arguments: [
        "{}", "{namespaces: [shop]}", "{namespaces: [a, 'sh*']}", "{pods: ['*-1']}",
        "{containers: [app], namespaces: ['*']}", "{labels: {app: 'w*'}}", "{labels: {tier: ''}}",
        "{paths: ['/var/log/pods/*']}", "{streams: [stderr]}",
    ])
    func selects(_ yaml: String) throws {
        #expect(try self.match(yaml).selects(self.origin, in: self.pod))
    }

    @Test(arguments: [
        "{namespaces: [shops]}", "{pods: [web]}", "{containers: ['app*x']}",
        "{labels: {app: web, zone: a}}", "{namespaces: [shop], containers: [other]}",
        "{paths: ['/var/lib/*']}",
    ])
    func leavesAlone(_ yaml: String) throws {
        #expect(try !self.match(yaml).selects(self.origin, in: self.pod))
    }

    @Test func aPodThatIsNotKnownHasNoLabels() throws {
        #expect(try !self.match("{labels: {app: web}}").selects(self.origin, in: nil))
        #expect(try self.match("{namespaces: [shop]}").selects(self.origin, in: nil))
    }

    @Test func streamsAreNamed() throws {
        #expect(try self.match("{streams: [stdout]}").streams == .stdout)
        #expect(try self.read("{streams: [stdin]}") == nil)
    }
}
