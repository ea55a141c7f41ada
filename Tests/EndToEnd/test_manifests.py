"""The manifests: they render, pass the API's schemas, and hold what the agent needs and no more."""

import copy
import subprocess

import pytest
import yaml

from agent import REPOSITORY, command
from kubernetes_schema import Schemas

FOLDER = REPOSITORY / "manifests"


def identity(document):
    metadata = document["metadata"]
    return document["kind"], metadata.get("namespace", ""), metadata["name"]


def by_identity(documents):
    found = {identity(document): document for document in documents}
    assert len(found) == len(documents), "the same object twice"
    return found


@pytest.fixture(scope="module")
def rendered():
    result = subprocess.run(
        ["kubectl", "kustomize", str(FOLDER)], capture_output=True, text=True, timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return by_identity(list(yaml.safe_load_all(result.stdout)))


@pytest.fixture(scope="module")
def pod(rendered):
    return rendered["DaemonSet", "martlet", "martlet"]["spec"]["template"]["spec"]


@pytest.fixture(scope="module")
def schemas(fixtures):
    return Schemas(fixtures / "kubernetes/openapi")


def test_the_flat_file_is_the_rendered_kustomization(rendered):
    flat = by_identity(list(yaml.safe_load_all((FOLDER / "martlet.yaml").read_text())))
    assert flat == rendered, "run `make manifests`"


def test_every_object_is_there(rendered):
    assert {kind for kind, _, _ in rendered} == {
        "Namespace", "ResourceQuota", "ServiceAccount", "ClusterRole", "ClusterRoleBinding",
        "ConfigMap", "Service", "DaemonSet",
    }


def test_every_object_passes_the_strict_schema(rendered, schemas):
    for name, document in rendered.items():
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
    }
    assert mounts["root"]["mountPropagation"] == "HostToContainer"
    security = container["securityContext"]
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert not security.get("privileged")
    assert security["capabilities"] == {"drop": ["ALL"], "add": ["DAC_READ_SEARCH"]}
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}


def test_no_permission_is_asked_for_that_is_not_used(rendered, pod):
    assert rendered["ClusterRole", "", "martlet"]["rules"] == []
    assert pod["automountServiceAccountToken"] is False


def test_the_agent_accepts_the_config_map(rendered, martlet, tmp_path):
    path = tmp_path / "martlet.yaml"
    path.write_text(rendered["ConfigMap", "martlet", "martlet"]["data"]["martlet.yaml"])
    result = command("check", path, environment={"NODE_NAME": "node-1"})
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_agent_accepts_the_config_map_with_its_examples_in(rendered, martlet, tmp_path):
    text = rendered["ConfigMap", "martlet", "martlet"]["data"]["martlet.yaml"]
    lines = []
    for line in text.splitlines():
        bare = line.lstrip()
        is_example = bare.startswith("# ") and (bare[2:].lstrip("- ").split(" ")[0].endswith(":"))
        lines.append(line.replace("# ", "", 1) if is_example and "Every key" not in line else line)
    enabled = yaml.safe_load("\n".join(lines))
    assert enabled["remote_write"] and enabled["logs"]["sinks"], "the examples were not found"
    path = tmp_path / "martlet.yaml"
    path.write_text("\n".join(lines) + "\n")
    result = command("check", path, environment={"NODE_NAME": "node-1"})
    assert result.returncode == 0, result.stdout + result.stderr
