import AgentTesting
import Codecs
import Collectors
import Pipeline
import Testing

/// Against the series that kube-state-metrics 2.20 makes of the same pods.
@Suite struct PodCollectorTests {
    static let pod = #"""
        {"metadata":{"name":"p","namespace":"d","uid":"u","creationTimestamp":"2026-11-23T02:22:36Z",
          "deletionTimestamp":"2026-11-23T02:23:36Z",
          "labels":{"app":"web","app.kubernetes.io/partOf":"x","a-b":"1","a_b":"2"},
          "annotations":{"note":"say \"hi\""},
          "ownerReferences":[{"kind":"ReplicaSet","name":"rs","controller":true},
           {"kind":"Other","name":"o"}]},
         "spec":{"nodeName":"n","hostNetwork":true,"restartPolicy":"Always","priorityClassName":"high",
          "serviceAccountName":"sa","schedulerName":"default-scheduler","runtimeClassName":"kata",
          "overhead":{"cpu":"250m","memory":"120Mi"},
          "tolerations":[{"key":"k","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},
           {"operator":"Exists"},{"operator":"Exists"}],
          "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c","readOnly":true}},
           {"name":"e","ephemeral":{}}],
          "initContainers":[{"name":"i","image":"init:1","restartPolicy":"Always",
            "resources":{"requests":{"cpu":"1"},"limits":{"memory":"1Ki"}}}],
          "containers":[{"name":"c","image":"web:1","resources":{
            "requests":{"cpu":"250m","memory":"64Mi","nvidia.com/gpu":"2","ephemeral-storage":"1G",
             "hugepages-2Mi":"4Mi","pods":"3","kubernetes.io/batch":"1"},
            "limits":{"cpu":"100n","attachable-volumes-aws-ebs":"39"}}}]},
         "status":{"phase":"Running","hostIP":"10.0.0.1","podIP":"10.1.0.1","qosClass":"Burstable",
          "reason":"Odd","podIPs":[{"ip":"10.1.0.1"},{"ip":"fd00::1"}],
          "startTime":"2026-11-23T02:22:37Z",
          "conditions":[{"type":"Ready","status":"False","lastTransitionTime":"2026-11-23T02:22:38Z"},
           {"type":"Initialized","status":"True","lastTransitionTime":"2026-11-23T02:22:39Z"},
           {"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-23T02:22:40Z"},
           {"type":"ContainersReady","status":"True","lastTransitionTime":"2026-11-23T02:22:45Z"},
           {"type":"DisruptionTarget","status":"True","reason":"EvictionByEvictionAPI"}],
          "initContainerStatuses":[{"name":"i","ready":true,"restartCount":0,"image":"init:1",
            "imageID":"sha256:2","containerID":"containerd://3",
            "state":{"running":{"startedAt":"2026-11-23T02:22:41Z"}},
            "lastState":{"terminated":{"exitCode":3,"reason":"Error",
             "finishedAt":"2026-11-23T02:22:44Z"}}},
           {"name":"k","state":{"waiting":{"reason":"PodInitializing"}}},
           {"name":"l","state":{"terminated":{"reason":"Completed"}}}],
          "containerStatuses":[{"name":"c","ready":false,"restartCount":7,"image":"docker.io/web:1",
            "imageID":"sha256:1","containerID":"containerd://2",
            "state":{"waiting":{"reason":"CrashLoopBackOff"}},
            "lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled",
             "startedAt":"2026-11-23T02:22:42Z","finishedAt":"2026-11-23T02:22:43Z"}}}]}}
        """#
    private static let done = #"""
        {"metadata":{"name":"j","namespace":"d","uid":"w"},"status":{"phase":"Failed",
          "reason":"Evicted","conditions":[{"type":"PodScheduled","status":"False",
            "reason":"Unschedulable","lastTransitionTime":"2026-11-23T02:22:36Z"}],
          "containerStatuses":[{"name":"x","state":{"terminated":{"exitCode":0,"reason":"Completed",
             "startedAt":"2026-11-23T02:22:37Z","finishedAt":"2026-11-23T02:22:38Z"}}},
           {"name":"y","state":{"terminated":{"exitCode":0,"finishedAt":"2026-11-23T02:22:37Z"}}}]}}
        """#

    /// The samples, with one letter for the labels that say which pod it is.
    private func samples<C: Collector & ~Copyable>(
        _ type: C.Type,
        _ yaml: String = "{}",
    ) throws -> [String] {
        try collect(type, yaml, cluster: ScriptedCluster(pods: [Self.pod, Self.done])).samples.map {
            $0.replacing(#"namespace="d",pod="p",uid="u""#, with: "P")
                .replacing(#"namespace="d",pod="j",uid="w""#, with: "J")
        }
    }

    @Test func `what pods are`() throws {
        #expect(
            try self.samples(PodInfoCollector.self) == [
                #"kube_pod_completion_time{J} 1.795400558e+09"#,
                #"kube_pod_created{P} 1.795400556e+09"#,
                #"kube_pod_deletion_timestamp{P} 1.795400616e+09"#,
                #"kube_pod_info{J,host_ip="",pod_ip="",node="",created_by_kind="",created_by_name="",priority_class="",host_network="false"} 1"#,
                #"kube_pod_info{P,host_ip="10.0.0.1",pod_ip="10.1.0.1",node="n",created_by_kind="ReplicaSet",created_by_name="rs",priority_class="high",host_network="true"} 1"#,
                #"kube_pod_ips{P,ip="10.1.0.1",ip_family="4"} 1"#,
                #"kube_pod_ips{P,ip="fd00::1",ip_family="6"} 1"#,
                #"kube_pod_owner{J,owner_kind="",owner_name="",owner_is_controller=""} 1"#,
                #"kube_pod_owner{P,owner_kind="Other",owner_name="o",owner_is_controller="false"} 1"#,
                #"kube_pod_owner{P,owner_kind="ReplicaSet",owner_name="rs",owner_is_controller="true"} 1"#,
                #"kube_pod_restart_policy{J,type=""} 1"#,
                #"kube_pod_restart_policy{P,type="Always"} 1"#,
                #"kube_pod_runtimeclass_name_info{P,runtimeclass_name="kata"} 1"#,
                #"kube_pod_scheduler{J,name=""} 1"#,
                #"kube_pod_scheduler{P,name="default-scheduler"} 1"#,
                #"kube_pod_service_account{J,service_account=""} 1"#,
                #"kube_pod_service_account{P,service_account="sa"} 1"#,
                #"kube_pod_start_time{P} 1.795400557e+09"#,
            ]
        )
    }

    @Test func `how pods are`() throws {
        #expect(
            try self.samples(PodStatusCollector.self) == [
                #"kube_pod_status_container_ready_time{P} 1.795400565e+09"#,
                #"kube_pod_status_disruption_reason{P,reason="EvictionByEvictionAPI"} 1"#,
                #"kube_pod_status_initialized_time{P} 1.795400559e+09"#,
                #"kube_pod_status_phase{J,phase="Failed"} 1"#,
                #"kube_pod_status_phase{J,phase="Pending"} 0"#,
                #"kube_pod_status_phase{J,phase="Running"} 0"#,
                #"kube_pod_status_phase{J,phase="Succeeded"} 0"#,
                #"kube_pod_status_phase{J,phase="Unknown"} 0"#,
                #"kube_pod_status_phase{P,phase="Failed"} 0"#,
                #"kube_pod_status_phase{P,phase="Pending"} 0"#,
                #"kube_pod_status_phase{P,phase="Running"} 1"#,
                #"kube_pod_status_phase{P,phase="Succeeded"} 0"#,
                #"kube_pod_status_phase{P,phase="Unknown"} 0"#,
                #"kube_pod_status_qos_class{P,qos_class="BestEffort"} 0"#,
                #"kube_pod_status_qos_class{P,qos_class="Burstable"} 1"#,
                #"kube_pod_status_qos_class{P,qos_class="Guaranteed"} 0"#,
                #"kube_pod_status_ready{P,condition="false"} 1"#,
                #"kube_pod_status_ready{P,condition="true"} 0"#,
                #"kube_pod_status_ready{P,condition="unknown"} 0"#,
                #"kube_pod_status_reason{J,reason="Evicted"} 1"#,
                #"kube_pod_status_reason{P,reason="Other"} 1"#,
                #"kube_pod_status_scheduled{J,condition="false"} 1"#,
                #"kube_pod_status_scheduled{J,condition="true"} 0"#,
                #"kube_pod_status_scheduled{J,condition="unknown"} 0"#,
                #"kube_pod_status_scheduled{P,condition="false"} 0"#,
                #"kube_pod_status_scheduled{P,condition="true"} 1"#,
                #"kube_pod_status_scheduled{P,condition="unknown"} 0"#,
                #"kube_pod_status_scheduled_time{P} 1.79540056e+09"#,
                #"kube_pod_status_unschedulable{J} 1"#,
                #"kube_pod_status_unscheduled_time{J} 1.795400556e+09"#,
            ]
        )
    }

    @Test func `how containers are`() throws {
        #expect(
            try self.samples(PodContainerCollector.self) == [
                #"kube_pod_container_info{P,container="c",image_spec="web:1",image="docker.io/web:1",image_id="sha256:1",container_id="containerd://2"} 1"#,
                #"kube_pod_container_state_started{J,container="x"} 1.795400557e+09"#,
                #"kube_pod_container_status_last_terminated_exitcode{P,container="c"} 137"#,
                #"kube_pod_container_status_last_terminated_reason{P,container="c",reason="OOMKilled"} 1"#,
                #"kube_pod_container_status_last_terminated_timestamp{P,container="c"} 1.795400563e+09"#,
                #"kube_pod_container_status_ready{J,container="x"} 0"#,
                #"kube_pod_container_status_ready{J,container="y"} 0"#,
                #"kube_pod_container_status_ready{P,container="c"} 0"#,
                #"kube_pod_container_status_restarts_total{J,container="x"} 0"#,
                #"kube_pod_container_status_restarts_total{J,container="y"} 0"#,
                #"kube_pod_container_status_restarts_total{P,container="c"} 7"#,
                #"kube_pod_container_status_running{J,container="x"} 0"#,
                #"kube_pod_container_status_running{J,container="y"} 0"#,
                #"kube_pod_container_status_running{P,container="c"} 0"#,
                #"kube_pod_container_status_terminated{J,container="x"} 1"#,
                #"kube_pod_container_status_terminated{J,container="y"} 1"#,
                #"kube_pod_container_status_terminated{P,container="c"} 0"#,
                #"kube_pod_container_status_terminated_reason{J,container="x",reason="Completed"} 1"#,
                #"kube_pod_container_status_terminated_reason{J,container="y",reason=""} 1"#,
                #"kube_pod_container_status_waiting{J,container="x"} 0"#,
                #"kube_pod_container_status_waiting{J,container="y"} 0"#,
                #"kube_pod_container_status_waiting{P,container="c"} 1"#,
                #"kube_pod_container_status_waiting_reason{P,container="c",reason="CrashLoopBackOff"} 1"#,
                #"kube_pod_init_container_info{P,container="i",image_spec="init:1",image="init:1",image_id="sha256:2",container_id="containerd://3",restart_policy="Always"} 1"#,
                #"kube_pod_init_container_state_started{P,container="i"} 1.795400561e+09"#,
                #"kube_pod_init_container_status_last_terminated_exitcode{P,container="i"} 3"#,
                #"kube_pod_init_container_status_last_terminated_reason{P,container="i",reason="Error"} 1"#,
                #"kube_pod_init_container_status_last_terminated_timestamp{P,container="i"} 1.795400564e+09"#,
                #"kube_pod_init_container_status_ready{P,container="i"} 1"#,
                #"kube_pod_init_container_status_ready{P,container="k"} 0"#,
                #"kube_pod_init_container_status_ready{P,container="l"} 0"#,
                #"kube_pod_init_container_status_restarts_total{P,container="i"} 0"#,
                #"kube_pod_init_container_status_restarts_total{P,container="k"} 0"#,
                #"kube_pod_init_container_status_restarts_total{P,container="l"} 0"#,
                #"kube_pod_init_container_status_running{P,container="i"} 1"#,
                #"kube_pod_init_container_status_running{P,container="k"} 0"#,
                #"kube_pod_init_container_status_running{P,container="l"} 0"#,
                #"kube_pod_init_container_status_terminated{P,container="i"} 0"#,
                #"kube_pod_init_container_status_terminated{P,container="k"} 0"#,
                #"kube_pod_init_container_status_terminated{P,container="l"} 1"#,
                #"kube_pod_init_container_status_terminated_reason{P,container="l",reason="Completed"} 1"#,
                #"kube_pod_init_container_status_waiting{P,container="i"} 0"#,
                #"kube_pod_init_container_status_waiting{P,container="k"} 1"#,
                #"kube_pod_init_container_status_waiting{P,container="l"} 0"#,
                #"kube_pod_init_container_status_waiting_reason{P,container="k",reason="PodInitializing"} 1"#,
            ]
        )
    }

    @Test func `what containers ask for`() throws {
        #expect(
            try self.samples(PodResourceCollector.self) == [
                #"kube_pod_container_resource_limits{P,container="c",node="n",resource="attachable_volumes_aws_ebs",unit="byte"} 39"#,
                #"kube_pod_container_resource_limits{P,container="c",node="n",resource="cpu",unit="core"} 0.001"#,
                #"kube_pod_container_resource_requests{P,container="c",node="n",resource="cpu",unit="core"} 0.25"#,
                #"kube_pod_container_resource_requests{P,container="c",node="n",resource="ephemeral_storage",unit="byte"} 1e+09"#,
                #"kube_pod_container_resource_requests{P,container="c",node="n",resource="hugepages_2Mi",unit="byte"} 4.194304e+06"#,
                #"kube_pod_container_resource_requests{P,container="c",node="n",resource="memory",unit="byte"} 6.7108864e+07"#,
                #"kube_pod_container_resource_requests{P,container="c",node="n",resource="nvidia_com_gpu",unit="integer"} 2"#,
                #"kube_pod_init_container_resource_limits{P,container="i",node="n",resource="memory",unit="byte"} 1024"#,
                #"kube_pod_init_container_resource_requests{P,container="i",node="n",resource="cpu",unit="core"} 1"#,
                #"kube_pod_overhead_cpu_cores{P} 0.25"#,
                #"kube_pod_overhead_memory_bytes{P} 1.2582912e+08"#,
            ]
        )
    }

    @Test func `claims`() throws {
        #expect(
            try self.samples(PodVolumeCollector.self) == [
                #"kube_pod_spec_volumes_persistentvolumeclaims_info{P,volume="e",persistentvolumeclaim="p-e",ephemeral="true"} 1"#,
                #"kube_pod_spec_volumes_persistentvolumeclaims_info{P,volume="v",persistentvolumeclaim="c",ephemeral="false"} 1"#,
                #"kube_pod_spec_volumes_persistentvolumeclaims_readonly{P,volume="e",persistentvolumeclaim="p-e",ephemeral="true"} 0"#,
                #"kube_pod_spec_volumes_persistentvolumeclaims_readonly{P,volume="v",persistentvolumeclaim="c",ephemeral="false"} 1"#,
            ]
        )
    }

    @Test func `tolerations`() throws {
        #expect(
            try self.samples(PodTolerationCollector.self) == [
                #"kube_pod_tolerations{P,key="",operator="Exists",value="",effect="",toleration_seconds=""} 1"#,
                #"kube_pod_tolerations{P,key="k",operator="Exists",value="",effect="NoExecute",toleration_seconds="300"} 1"#,
            ]
        )
    }
}
