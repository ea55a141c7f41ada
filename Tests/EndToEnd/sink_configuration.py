"""The configuration blocks that tests share."""


def elasticsearch(url, **extra):
    """One Elasticsearch sink named `es`."""
    return {
        "name": "es", "type": "elasticsearch", "url": url, "index": "logs-%{+YYYY.MM.dd}", **extra,
    }


def container_logs(folder, *sinks):
    """A `logs` block that reads `folder` as the kubelet's /var/log/pods."""
    source = {"name": "containers", "type": "kubernetes", "path": str(folder)}
    return {"sources": [source], "sinks": list(sinks)}


def static_job(name, address, interval="1s", **labels):
    """One entry of `scrape_configs` with one fixed target."""
    return {
        "job_name": name, "scrape_interval": interval, "scrape_timeout": interval,
        "static_configs": [{"targets": [address], "labels": labels}],
    }
