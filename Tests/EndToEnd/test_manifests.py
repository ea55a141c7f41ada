"""The manifests: they render, pass the API's schemas, and hold what the agent needs and no more."""

import copy
import re
import shutil
import subprocess

import pytest
import yaml

from agent import REPOSITORY, command
from kubernetes_schema import Schemas
from kustomization import by_identity, render

# What the DaemonSet sets.
POD = {"NODE_NAME": "node-1", "NODE_IP": "10.0.0.1"}
FOLDER = REPOSITORY / "manifests"
OVERLAYS = sorted(path.name for path in (FOLDER / "overlays").iterdir())
VARIANTS = ["base", *(f"overlays/{name}" for name in OVERLAYS)]


@pytest.fixture(scope="module")
def rendered():
    return render(FOLDER)


@pytest.fixture(scope="module")
def pod(rendered):
    return pod_of(rendered)


@pytest.fixture(scope="module")
def schemas(fixtures):
    return Schemas(fixtures / "kubernetes/openapi")


def pod_of(objects):
    return objects["DaemonSet", "martlet", "martlet"]["spec"]["template"]["spec"]


def configuration(objects):
    return objects["ConfigMap", "martlet", "martlet"]["data"]["martlet.yaml"]


def test_the_flat_file_is_the_rendered_kustomization(rendered):
    flat = by_identity(list(yaml.safe_load_all((FOLDER / "martlet.yaml").read_text())))
    assert flat == rendered, "run `make manifests`"
    assert rendered == render(FOLDER / "base")


@pytest.mark.parametrize("variant", [".", *VARIANTS])
def test_kubectl_renders_the_same(variant):
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed: the manifests are rendered by the tests alone")
    version = subprocess.run([kubectl, "version", "--client"], capture_output=True, text=True).stdout
    kustomize = re.search(r"Kustomize Version: v(\d+)", version)
    if kustomize is None or int(kustomize[1]) < 4:
        pytest.skip("this kubectl is older than the kustomizations it would have to read")
    result = subprocess.run(
        [kubectl, "kustomize", str(FOLDER / variant)], capture_output=True, text=True, timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert by_identity(list(yaml.safe_load_all(result.stdout))) == render(FOLDER / variant)


def test_every_object_is_there(rendered):
    assert {kind for kind, _, _ in rendered} == {
        "Namespace", "ResourceQuota", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role",
        "RoleBinding", "ConfigMap", "Service", "NetworkPolicy", "DaemonSet",
    }
    assert OVERLAYS == ["gpu", "openshift", "restricted", "standalone"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_object_passes_the_strict_schema(variant, schemas):
    for name, document in render(FOLDER / variant).items():
        assert schemas.problems(document) == [], name


@pytest.mark.parametrize("path, value, complaint", [
    (["spec", "template", "spec", "hostNetwrk"], True, "unknown field"),
    (["spec", "template", "spec", "hostNetwork"], "yes", "expected boolean"),
    (["spec", "template", "spec", "containers", 0, "resources", "limits", "memory"], "lots",
     "no quantity"),
    (["spec", "template", "spec", "containers", 0, "ports", 0, "containerPort"], "http",
     "expected integer"),
    (["spec", "template", "spec", "volumes", 0, "configMap", "nmae"], "x", "unknown field"),
    (["metadata", "labels", "a"], 1, "expected string"),
    (["spec", "selector"], None, "expected an object"),
])
def test_the_schema_check_can_fail(rendered, schemas, path, value, complaint):
    document = copy.deepcopy(rendered["DaemonSet", "martlet", "martlet"])
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert any(complaint in problem for problem in schemas.problems(document))


def test_a_missing_required_field_is_found(rendered, schemas):
    document = copy.deepcopy(rendered["DaemonSet", "martlet", "martlet"])
    del document["spec"]["template"]
    assert schemas.problems(document) == ["DaemonSet.spec: template is missing"]


def test_the_parts_fit_together(rendered, pod):
    daemon_set = rendered["DaemonSet", "martlet", "martlet"]
    labels = daemon_set["spec"]["template"]["metadata"]["labels"]
    assert daemon_set["spec"]["selector"]["matchLabels"].items() <= labels.items()
    service = rendered["Service", "martlet", "martlet"]
    assert service["spec"]["selector"].items() <= labels.items()
    container, = pod["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports == {"metrics": 9470}
    assert [port["port"] for port in service["spec"]["ports"]] == [9470]
    assert service["spec"]["clusterIP"] == "None"
    assert service["metadata"]["annotations"]["prometheus.io/port"] == "9470"
    volumes = {volume["name"] for volume in pod["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes
    assert pod["serviceAccountName"] == "martlet"
    for probe, path in (("livenessProbe", "/-/healthy"), ("readinessProbe", "/-/ready")):
        assert container[probe]["httpGet"] == {"path": path, "port": "metrics"}
    assert pod["terminationGracePeriodSeconds"] > 30, "shorter than the time to drain"


def test_the_pod_can_read_the_node_and_change_nothing(pod):
    container, = pod["containers"]
    paths = {volume["name"]: volume["hostPath"]["path"]
             for volume in pod["volumes"] if "hostPath" in volume}
    mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
    writable = {paths[name] for name, mount in mounts.items()
                if name in paths and not mount.get("readOnly")}
    assert writable == {"/var/lib/martlet"}
    assert {(paths[name], mounts[name]["mountPath"]) for name in paths} == {
        ("/proc", "/host/proc"), ("/sys", "/host/sys"), ("/", "/host/root"),
        ("/var/log", "/var/log"), ("/var/lib/martlet", "/var/lib/martlet"),
        # The links in /var/log/pods lead there on nodes with Docker.
        ("/var/lib/docker/containers", "/var/lib/docker/containers"),
    }
    assert mounts["root"]["mountPropagation"] == "HostToContainer"
    security = container["securityContext"]
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert not security.get("privileged")
    assert security["capabilities"] == {"drop": ["ALL"], "add": ["DAC_READ_SEARCH"]}
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}


def test_the_agent_may_read_and_nothing_else(rendered, pod):
    assert pod["automountServiceAccountToken"] is True
    roles = {name: document for (kind, _, name), document in rendered.items()
             if kind in ("ClusterRole", "Role")}
    rules = [rule for role in roles.values() for rule in role["rules"]]
    assert {verb for rule in rules for verb in rule["verbs"]} == {"get", "list", "watch"}
    resources = {resource for rule in rules for resource in rule.get("resources", [])}
    # Never what holds secrets, and never what lets its holder run commands in containers.
    assert resources == {
        "pods", "nodes", "namespaces", "services", "endpoints", "endpointslices", "ingresses",
        "replicasets", "jobs", "events", "nodes/pods", "nodes/metrics",
    }
    bindings = [document for (kind, _, _), document in rendered.items()
                if kind in ("ClusterRoleBinding", "RoleBinding")]
    assert {binding["roleRef"]["name"] for binding in bindings} == roles.keys()
    for binding in bindings:
        assert binding["subjects"] == [
            {"kind": "ServiceAccount", "name": "martlet", "namespace": "martlet"},
        ]


def test_every_rule_has_a_reason_beside_it():
    for path in sorted((FOLDER / "base/rbac").iterdir()):
        assert path.read_text().startswith("# "), f"{path.name} does not say what it is for"


def test_membership_counts_ready_agents_only(rendered):
    spec = rendered["Service", "martlet", "martlet"]["spec"]
    assert spec["clusterIP"] == "None" and spec["publishNotReadyAddresses"] is False


def test_only_the_agents_port_is_open(rendered):
    spec = rendered["NetworkPolicy", "martlet", "martlet"]["spec"]
    assert spec["policyTypes"] == ["Ingress"]
    assert [rule["ports"] for rule in spec["ingress"]] == [[{"port": "metrics", "protocol": "TCP"}]]


def test_a_changed_config_map_arrives_by_reload(rendered, pod):
    mount = next(m for m in pod["containers"][0]["volumeMounts"] if m["name"] == "config")
    assert "subPath" not in mount, "a single file is never renewed in a running pod"
    names = [name for kind, _, name in rendered if kind == "ConfigMap"]
    assert names == ["martlet"], "a generated name would restart every pod instead"


def test_the_restricted_overlay_shares_nothing_but_folders():
    objects = render(FOLDER / "overlays/restricted")
    pod = pod_of(objects)
    assert not any(pod.get(key) for key in ("hostNetwork", "hostPID", "hostIPC"))
    assert "/" not in {v["hostPath"]["path"] for v in pod["volumes"] if "hostPath" in v}
    mounts = {mount["mountPath"]: mount for mount in pod["containers"][0]["volumeMounts"]}
    # The journal's folders are in these two, where a source of type journal looks for them.
    assert mounts["/var/log"]["readOnly"] and mounts["/run/log"]["readOnly"]
    assert "rootfs" not in yaml.safe_load(configuration(objects))["host"]
    collectors = yaml.safe_load(configuration(objects))["node"]["collectors"]
    assert not any(collectors[name] for name in ("netdev", "netstat", "filesystem"))


def test_the_bundled_prometheus_takes_what_the_agents_send():
    objects = render(FOLDER / "overlays/standalone")
    pod = objects["Deployment", "martlet", "prometheus"]["spec"]["template"]["spec"]
    container, = pod["containers"]
    assert "--web.enable-remote-write-receiver" in container["args"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["securityContext"]["runAsNonRoot"] is True
    port = objects["Service", "martlet", "prometheus"]["spec"]["ports"][0]["port"]
    config = yaml.safe_load(configuration(objects))
    assert config["remote_write"] == [{"url": f"http://prometheus.martlet.svc:{port}/api/v1/write"}]
    roles = [sd["role"] for job in config["scrape_configs"] for sd in job["kubernetes_sd_configs"]]
    assert sorted(roles) == ["node", "pod", "service"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_agent_accepts_the_config_map(variant, martlet, tmp_path):
    path = tmp_path / "martlet.yaml"
    path.write_text(configuration(render(FOLDER / variant)))
    result = command("check", path, environment=POD)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "warning" not in result.stderr.lower(), result.stderr


def test_the_agent_accepts_the_config_map_with_its_examples_in(rendered, martlet, tmp_path):
    text = configuration(rendered)
    lines = []
    for line in text.splitlines():
        bare = line.lstrip()
        is_example = bare.startswith("# ") and (bare[2:].lstrip("- ").split(" ")[0].endswith(":"))
        lines.append(line.replace("# ", "", 1) if is_example and "Every key" not in line else line)
    enabled = yaml.safe_load("\n".join(lines))
    assert enabled["remote_write"] and enabled["logs"]["sinks"], "the examples were not found"
    path = tmp_path / "martlet.yaml"
    path.write_text("\n".join(lines) + "\n")
    result = command("check", path, environment=POD)
    assert result.returncode == 0, result.stdout + result.stderr
