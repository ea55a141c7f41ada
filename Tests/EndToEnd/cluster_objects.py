"""Objects of the simulated cluster, as the real one would have made them."""

import uuid

from api_objects import now

NODE = "node-under-test"


def pod(name, namespace="default", node=NODE, ip="10.244.0.9", port=None, annotations=None,
        labels=None, owner=None, phase="Running", uid=None):
    """A pod of one container, `app`, which runs and is ready."""
    uid = uid or str(uuid.uuid4())
    container = {"name": "app", "image": "registry.example.org/app:1", "resources": {
        "requests": {"cpu": "250m", "memory": "64Mi"}, "limits": {"memory": "128Mi"},
    }}
    if port:
        container["ports"] = [{"name": "metrics", "containerPort": port, "protocol": "TCP"}]
    metadata = {
        "name": name, "namespace": namespace, "uid": uid,
        "labels": {"app": name} if labels is None else labels,
        "annotations": annotations or {}, "creationTimestamp": "2026-11-24T10:00:00Z",
    }
    if owner:
        kind, owner_name = owner
        metadata["ownerReferences"] = [{
            "apiVersion": "batch/v1" if kind == "Job" else "apps/v1", "kind": kind,
            "name": owner_name, "uid": str(uuid.uuid4()), "controller": True,
        }]
    is_running = phase == "Running"
    state = {"running": {"startedAt": "2026-11-24T10:00:02Z"}} if is_running else {
        "waiting": {"reason": "ContainerCreating"},
    }
    return {
        "metadata": metadata,
        "spec": {
            "nodeName": node, "containers": [container], "restartPolicy": "Always",
            "serviceAccountName": "default", "schedulerName": "default-scheduler",
        },
        "status": {
            "phase": phase, "hostIP": "10.99.0.1", "podIP": ip, "podIPs": [{"ip": ip}],
            "qosClass": "Burstable", "startTime": "2026-11-24T10:00:00Z",
            "conditions": [
                {"type": "PodScheduled", "status": "True",
                 "lastTransitionTime": "2026-11-24T10:00:00Z"},
                {"type": "Ready", "status": str(is_running),
                 "lastTransitionTime": "2026-11-24T10:00:03Z"},
            ],
            "containerStatuses": [{
                "name": "app", "ready": is_running, "restartCount": 2, "started": is_running,
                "image": "registry.example.org/app:1", "imageID": "sha256:0123",
                "containerID": f"containerd://{uuid.uuid4().hex * 2}", "state": state, "lastState": {},
            }],
        },
    }


def scraped_pod(name, target, **keywords):
    """A pod whose annotations ask for a scrape of `target`, which listens on loopback."""
    return pod(name, ip="127.0.0.1", port=target.port, annotations={
        "prometheus.io/scrape": "true", "prometheus.io/port": str(target.port),
    }, **keywords)


def node(name=NODE):
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-24T09:00:00Z"}
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        "spec": {"podCIDR": "10.244.0.0/24", "podCIDRs": ["10.244.0.0/24"]},
        "status": {
            "capacity": {"cpu": "2", "memory": "8Gi", "pods": "110"},
            "allocatable": {"cpu": "1900m", "memory": "7Gi", "pods": "110"},
            "conditions": [ready],
            "addresses": [{"type": "InternalIP", "address": "10.99.0.1"},
                          {"type": "Hostname", "address": name}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "kernelVersion": "6.1.0", "osImage": "Debian GNU/Linux 12", "systemUUID": "4c4c",
                "containerRuntimeVersion": "containerd://1.6.20", "kubeletVersion": "v1.36.2",
                "kubeProxyVersion": "", "operatingSystem": "linux", "architecture": "amd64",
            },
        },
    }


def namespace(name):
    return {"metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
            "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}


def replica_set(name, deployment, namespace="default"):
    return {"metadata": {"name": name, "namespace": namespace, "ownerReferences": [{
        "apiVersion": "apps/v1", "kind": "Deployment", "name": deployment,
        "uid": str(uuid.uuid4()), "controller": True,
    }]}, "spec": {"replicas": 1}, "status": {"replicas": 1}}


def membership(service, members, namespace="martlet"):
    """The EndpointSlice of a headless service: one (node name, address, is ready) a member."""
    return {
        "metadata": {
            "name": f"{service}-x2x4z", "namespace": namespace,
            "labels": {"kubernetes.io/service-name": service},
        },
        "addressType": "IPv4",
        "endpoints": [
            {
                "addresses": [address], "nodeName": node_name,
                "conditions": {"ready": is_ready, "serving": is_ready, "terminating": False},
                "targetRef": {"kind": "Pod", "namespace": namespace, "name": f"martlet-{node_name}",
                              "uid": str(uuid.uuid5(uuid.NAMESPACE_DNS, node_name))},
            }
            for node_name, address, is_ready in members
        ],
        "ports": [{"name": "metrics", "port": 9470, "protocol": "TCP"}],
    }


def event(name, reason, involved, namespace="default", kind="Warning"):
    """An event about an object such as `{"kind": "Pod", "name": …}`."""
    moment = now()
    return {
        "metadata": {"name": name, "namespace": namespace}, "involvedObject": involved,
        "reason": reason, "message": f"{reason} happened", "type": kind, "count": 1,
        "firstTimestamp": moment, "lastTimestamp": moment, "source": {"component": "kubelet"},
    }
