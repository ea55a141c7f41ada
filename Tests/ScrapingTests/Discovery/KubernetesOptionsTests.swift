import AgentTesting
import Config
import Kubernetes
import Pipeline
import Testing

@testable import Scraping

@Suite struct KubernetesOptionsTests {
    private typealias Options = KubernetesDiscovery.Options

    @Test func readsEveryKey() throws {
        let (options, report) = try DiscoveryBench.options(
            Options.self,
            """
            {role: endpointslice, api_server: "https://api:6443", namespaces: {names: [a, b]},
             selectors: [{role: pod, label: "app in (web,api),!old", field: "spec.nodeName!=n1"},
                         {role: service, label: "tier"}],
             attach_metadata: {node: true, namespace: true, deployment: true, job: true,
                               cronjob: true},
             bearer_token: t, tls_config: {insecure_skip_verify: true}}
            """,
        )
        #expect(report.isEmpty, "\(report)")
        let found = try #require(options)
        #expect(found.role == .endpointslice && found.apiServer == "https://api:6443")
        #expect(found.namespaces == ["a", "b"] && !found.ownNamespace)
        #expect(found.selector(.pod).label == "app in (web,api),!old")
        #expect(found.selector(.pod).field == "spec.nodeName!=n1")
        #expect(found.selector(.service).label == "tier")
        #expect(found.selector(.endpointslice).label.isEmpty)
        #expect(found.settings.attachesNode && found.settings.attachesNamespace)
        #expect(found.settings.attachesDeployment && found.settings.attachesJob)
        #expect(found.settings.attachesCronJob && found.client.connection.tls.insecureSkipVerify)
    }

    @Test func aKubeconfigFileLiesBesideTheConfiguration() throws {
        let (options, report) = try DiscoveryBench.options(
            Options.self,
            "{role: pod, kubeconfig_file: kube.yaml}",
            file: "/etc/martlet/martlet.yaml",
        )
        #expect(report.isEmpty, "\(report)")
        #expect(options?.kubeconfigFile == "/etc/martlet/kube.yaml")
    }

    /// Prometheus's own rules.
    @Test(
        arguments: [
            ("{}", "role"), ("{role: pods}", "endpointslice"),
            ("{role: pod, api_server: 'api:6443'}", "http or https URL"),
            ("{role: pod, api_server: 'https://a', kubeconfig_file: k}", "found both"),
            ("{role: pod, kubeconfig_file: k, bearer_token: t}", "HTTP client"),
            ("{role: pod, bearer_token: t}", "add api_server"),
            ("{role: pod, follow_redirects: false}", "add api_server"),
            (
                "{role: pod, api_server: 'https://a', namespaces: {own_namespace: true}}",
                "namespaces.own_namespace or api_server",
            ),
            (
                "{role: pod, kubeconfig_file: k, namespaces: {own_namespace: true}}",
                "namespaces.own_namespace or kubeconfig_file",
            ),
            ("{role: pod, selectors: [{role: service}]}", "selectors of pod, node"),
            ("{role: service, selectors: [{role: pod}]}", "selectors of service"),
            ("{role: endpoints, selectors: [{role: node}]}", "pod, service, endpoints"),
            ("{role: pod, selectors: [{role: pod}, {role: pod}]}", "found two of pod"),
            ("{role: pod, selectors: [{role: pod, field: spec.nodeName}]}", "field selector"),
            ("{role: pod, selectors: [{role: pod, label: 'app in web'}]}", "label selector"),
            ("{role: pod, selectors: [{role: pod, label: 'a b'}]}", "label selector"),
            ("{role: pod, selectors: [{role: pod, label: 'a=b=c'}]}", "label selector"),
            ("{role: pod, attach_metadata: {pods: true}}", "unknown key"),
            ("{role: pod, namespace: {names: [a]}}", "namespaces"),
        ]
    )
    func refuses(_ yaml: String, _ word: String) throws {
        let (_, report) = try DiscoveryBench.options(Options.self, yaml)
        #expect(report.errors.contains { $0.description.contains(word) }, "\(report)")
    }

    @Test func aJobsScopeIsItsEntriesToo() throws {
        let text =
            "scrape_configs: [{job_name: j, scope: SCOPE, kubernetes_sd_configs: [{role: pod}]}]"
        func read(_ scope: String) throws -> (jobs: [ScrapeJobOptions]?, report: ConfigReport) {
            let document = try ConfigDocument.parse(
                text.replacing("SCOPE", with: scope),
                file: "martlet.yaml",
            )
            let (jobs, report) = ConfigLoader.read(from: document) { node throws(ConfigError) in
                ScrapeJobOptions.readAll(
                    &node,
                    global: GlobalOptions(),
                    discoveries: [.discovery(KubernetesDiscovery.self, "")],
                ).jobs
            }
            return (jobs, report)
        }
        let job = try #require(try read("everywhere").jobs?.first)
        #expect(job.scope == .everywhere && job.discoveries.first?.scope == .everywhere)
        #expect(job.discoveries != (try read("cluster").jobs?.first?.discoveries))
        #expect(try read("all").report.hasErrors)
    }
}
