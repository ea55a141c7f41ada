import Codecs

/// The names and helps of the containers' families, which init containers have as well.
///
/// Source: kube-state-metrics 2.20, `internal/store/pod.go`.
struct ContainerFamilies: Sendable {
    let info: MetricFamily
    let waiting: MetricFamily
    let waitingReason: MetricFamily
    let running: MetricFamily
    let terminated: MetricFamily
    let terminatedReason: MetricFamily
    let lastTerminatedReason: MetricFamily
    let lastExitCode: MetricFamily
    let lastTerminated: MetricFamily
    let started: MetricFamily
    let ready: MetricFamily
    let restarts: MetricFamily
    let requests: MetricFamily
    let limits: MetricFamily

    /// The families of a pod's containers.
    static let ordinary = ContainerFamilies(
        "kube_pod_container",
        kind: "container",
        info: "Information about a container in a pod.",
        ready: "Describes whether the containers readiness check succeeded.",
        restarts: "The number of container restarts per container.",
        requests: "The number of requested request resource by a container. It is recommended to "
            + "use the kube_pod_resource_requests metric exposed by kube-scheduler instead, as it "
            + "is more precise.",
        limits: "The number of requested limit resource by a container. It is recommended to use "
            + "the kube_pod_resource_limits metric exposed by kube-scheduler instead, as it is more "
            + "precise.",
    )

    /// The families of a pod's init containers.
    static let initial = ContainerFamilies(
        "kube_pod_init_container",
        kind: "init container",
        info: "Information about an init container in a pod.",
        ready: "Describes whether the init containers readiness check succeeded.",
        restarts: "The number of restarts for the init container.",
        requests: "The number of requested request resource by an init container.",
        limits: "The number of requested limit resource by an init container.",
    )

    private init(
        _ prefix: String,
        kind: String,
        info: String,
        ready: String,
        restarts: String,
        requests: String,
        limits: String,
    ) {
        func gauge(_ name: String, _ help: String) -> MetricFamily {
            MetricFamily("\(prefix)_\(name)", .gauge, help)
        }
        let state = "Describes whether the \(kind) is currently in"
        let reason = "Describes the reason the \(kind) is currently in"
        self.info = gauge("info", info)
        self.waiting = gauge("status_waiting", "\(state) waiting state.")
        self.waitingReason = gauge("status_waiting_reason", "\(reason) waiting state.")
        self.running = gauge("status_running", "\(state) running state.")
        self.terminated = gauge("status_terminated", "\(state) terminated state.")
        self.terminatedReason = gauge("status_terminated_reason", "\(reason) terminated state.")
        self.lastTerminatedReason = gauge(
            "status_last_terminated_reason",
            "Describes the last reason the \(kind) was in terminated state.",
        )
        self.lastExitCode = gauge(
            "status_last_terminated_exitcode",
            "Describes the exit code for the last \(kind) in terminated state.",
        )
        self.lastTerminated = gauge(
            "status_last_terminated_timestamp",
            "Last terminated time for a pod \(kind) in unix timestamp.",
        )
        self.started = gauge(
            "state_started",
            "Start time in unix timestamp for a pod \(kind).",
        )
        self.ready = gauge("status_ready", ready)
        self.restarts = MetricFamily("\(prefix)_status_restarts_total", .counter, restarts)
        self.requests = gauge("resource_requests", requests)
        self.limits = gauge("resource_limits", limits)
    }
}
