"""Renders what our kustomizations use of kustomize: resources, strategic merge patches, images.

So the manifests are checked where no kubectl is, or one that is too old for these files; where there
is one, a test holds the two against each other.
"""

import copy

import yaml

# What an item of a list is known by, as in the API's `x-kubernetes-patch-merge-key`.
_MERGE_KEYS = {
    "containers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath",
    "ports": "containerPort",
}
_KNOWN = {"apiVersion", "kind", "resources", "patches", "images"}


def identity(document):
    """(kind, namespace, name), which is what an object is known by."""
    metadata = document["metadata"]
    return document["kind"], metadata.get("namespace", ""), metadata["name"]


def by_identity(documents):
    found = {identity(document): document for document in documents}
    assert len(found) == len(documents), "the same object twice"
    return found


def render(folder):
    """The objects of a folder with a kustomization.yaml, by identity."""
    recipe = yaml.safe_load((folder / "kustomization.yaml").read_text())
    assert recipe.keys() <= _KNOWN, f"{folder}: {recipe.keys() - _KNOWN} is not rendered here"
    documents = []
    for name in recipe["resources"]:
        path = folder / name
        if path.is_dir():
            documents += render(path.resolve()).values()
        else:
            documents += yaml.safe_load_all(path.read_text())
    objects = by_identity(documents)
    for patch in recipe.get("patches", []):
        assert patch.keys() == {"path"}, patch
        change = yaml.safe_load((folder / patch["path"]).read_text())
        key = identity(change)
        objects[key] = _merged(objects[key], change)
    for image in recipe.get("images", []):
        for container in _containers(objects.values()):
            if container["image"] == image["name"]:
                container["image"] = f'{image["newName"]}:{image["newTag"]}'
    return objects


def _containers(documents):
    for document in documents:
        template = document.get("spec", {}).get("template")
        yield from template["spec"]["containers"] if template else []


def _merged(value, change, field=None):
    if isinstance(value, dict) and isinstance(change, dict):
        merged = dict(value)
        for key, part in change.items():
            merged[key] = _merged(value[key], part, key) if key in value else part
        return merged
    if isinstance(value, list) and field in _MERGE_KEYS:
        name = _MERGE_KEYS[field]
        items = {item[name]: item for item in value}
        added = []  # they come first
        for part in change:
            if part.get("$patch") == "delete":
                del items[part[name]]
            elif part[name] in items:
                items[part[name]] = _merged(items[part[name]], part)
            else:
                added.append(part)
        return added + list(items.values())
    return copy.deepcopy(change)
