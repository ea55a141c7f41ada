"""The API server's `Status` objects, worded as recorded from a real one."""


def status(code, reason, message, details=None, metadata=None):
    """One `Status` object of a failure."""
    body = {
        "kind": "Status", "apiVersion": "v1", "metadata": metadata or {}, "status": "Failure",
        "message": message, "reason": reason,
    }
    if details:
        body["details"] = details
    return {**body, "code": code}


def unauthorized():
    return status(401, "Unauthorized", "Unauthorized")


def forbidden(user, verb, resource, namespace=None, name=None):
    """As recorded: who may not do what to which resource, and where."""
    details = {"name": name} if name else {}
    if resource.group:
        details["group"] = resource.group
    details["kind"] = resource.plural
    subject = f'{resource.plural}{"." + resource.group if resource.group else ""}'
    if name:
        subject += f' "{name}"'
    place = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    return status(
        403, "Forbidden",
        f'{subject} is forbidden: User "{user}" cannot {verb} resource "{resource.plural}" '
        f'in API group "{resource.group}" {place}', details,
    )


def not_found(resource, name):
    details = {"name": name, **({"group": resource.group} if resource.group else {})}
    subject = f'{resource.plural}{"." + resource.group if resource.group else ""}'
    return status(
        404, "NotFound", f'{subject} "{name}" not found', {**details, "kind": resource.plural},
    )


def no_such_path():
    return status(404, "NotFound", "the server could not find the requested resource")


def bad_request(message):
    return status(400, "BadRequest", message)


def not_acceptable():
    return status(
        406, "NotAcceptable",
        "only the following media types are accepted: application/json",
    )


def too_many_requests(seconds):
    return status(
        429, "TooManyRequests", "too many requests, please try again later",
        {"retryAfterSeconds": seconds},
    )


def too_old(version, oldest):
    """What a watch from a version is told that the server has forgotten."""
    return status(410, "Expired", f"too old resource version: {version} ({oldest})")


def continue_expired(token):
    return status(
        410, "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can "
        "start a new list without the continue parameter, or use the continue token in this "
        "response to retrieve the remainder of the results. Continuing with the provided token "
        "results in an inconsistent list - objects that were created, modified, or deleted between "
        "the time the first chunk was returned and now may show up in the list.",
        metadata={"continue": token},
    )


def too_large(version, current):
    """What is answered when a client knows of a later version than the server does."""
    message = f"Too large resource version: {version}, current: {current}"
    return status(
        504, "Timeout", message, {
            "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
            "retryAfterSeconds": 1,
        },
    )


def no_initial_events():
    """How a server answers that has the streaming list turned off."""
    message = (
        "Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is "
        "enabled"
    )
    return status(
        422, "Invalid", f'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: {message}', {
            "group": "meta.k8s.io", "kind": "ListOptions",
            "causes": [{
                "reason": "FieldValueForbidden", "message": message, "field": "sendInitialEvents",
            }],
        },
    )
