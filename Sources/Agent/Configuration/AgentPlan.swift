import Codecs
package import Config
import Kubernetes
import LogSources
import Logging
import Patterns
import Pipeline
import Scraping

/// A configuration that was read and checked: whatever it names can be built.
package struct AgentPlan: Sendable {
    /// The groups of collectors, as `martlet metrics` takes them.
    package static let groups = ["node", "pods"]

    let options: AgentOptions
    /// This node's name.
    let nodeName: String
    /// How the cluster is reached.
    let cluster: ClusterPlan
    /// The file as YAML, without secrets; empty for the built-in defaults.
    let shown: String

    /// Reads and checks the file at `path`, or the defaults without one.
    ///
    /// Every component is built once and thrown away, which is what `martlet check` promises.
    package static func load(
        path: String?,
        environment: [String: String],
    ) -> (plan: AgentPlan?, report: ConfigReport) {
        guard let path else {
            return Self.read(.defaults(environment: environment), environment)
        }
        do {
            return Self.read(
                try ConfigDocument.load(path: path, environment: environment),
                environment,
            )
        } catch {
            var report = ConfigReport()
            report.add(error.problem)
            return (nil, report)
        }
    }

    private static func read(
        _ document: ConfigDocument,
        _ environment: [String: String],
    ) -> (plan: AgentPlan?, report: ConfigReport) {
        let (options, found, shown) = ConfigLoader.readShown(AgentOptions.self, from: document)
        var report = found
        guard let options else { return (nil, report) }
        let nodeName = NodeName.resolve(options.kubernetes.nodeName, environment)
        let cluster: ClusterPlan
        do throws(AccessError) {
            cluster = try ClusterPlan(
                options.kubernetes,
                nodeName: nodeName,
                environment: environment,
            )
        } catch {
            report.add(
                ConfigProblem(at: ConfigLocation(file: document.file), "kubernetes: \(error)")
            )
            return (nil, report)
        }
        let plan = AgentPlan(
            options: options,
            nodeName: nodeName,
            cluster: cluster,
            shown: shown,
        )
        let trial = plan.context(
            clock: SystemClock(),
            meters: Meters(),
            logger: Logger(label: "check") { _ in SwiftLogNoOpLogHandler() },
        )
        for builder in options.node.collectors + options.pods.collectors {
            do { _ = try builder(trial) } catch { report.add(error.problem) }
        }
        do { _ = try LogPipeline(plan.logs, in: trial) } catch { report.add(error.problem) }
        return (report.hasErrors ? nil : plan, report)
    }

    /// The jobs of the configuration, and the one for annotated pods where it is wanted.
    var scrapeJobs: [ScrapeJobOptions] {
        get throws(PatternError) {
            let own = self.options.scrapeJobs
            let isWanted = PodAnnotationJob.isWanted(
                self.options.kubernetes.podAnnotations,
                beside: own,
                isInCluster: self.cluster.node.access != nil
                    && !self.options.remoteWrite.isEmpty,
            )
            if !isWanted { return own }
            return own + [try PodAnnotationJob.options(global: self.options.global)]
        }
    }

    /// The log collection: where no sources are said, the container logs of this machine.
    var logs: LogsOptions {
        var logs = self.options.logs
        if logs.sources == nil { logs.sources = [Self.containerLogs] }
        return logs
    }

    private static let containerLogs = LogComponent<any LogSource>(
        name: "containers",
        type: KubernetesLogSource.name.rawValue,
        location: ConfigLocation(file: "built-in defaults"),
    ) { context throws(ConfigError) in
        var context = context
        context.componentName = "containers"
        return try KubernetesLogSource(KubernetesLogSource.Options(), in: context)
    }

    /// What this plan's components are handed.
    func context(
        clock: any AgentClock,
        meters: Meters,
        logger: Logger,
        cluster: any NodeObjects = NoNodeObjects(),
    ) -> ComponentContext {
        var context = ComponentContext(
            roots: self.options.host.roots,
            nodeName: self.nodeName,
            stateDirectory: self.options.logs.stateDirectory,
            clock: clock,
            meters: meters,
            logger: logger,
        )
        context.cluster = cluster
        return context
    }
}
