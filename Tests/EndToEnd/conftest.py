"""Fixtures: each starts something real, hands it out, and ends it whatever happens."""

import os
from pathlib import Path

import pytest

from agent import Agent, binary
from api_server import APIServer
from bulk_receiver import BulkReceiver
from certificates import Authority
from cluster_objects import NODE
from journal_agent import journal_logs
from journal_files import MACHINE_ID, Journal
from kubelet_server import KubeletServer
from prometheus_server import NodeExporter, PrometheusServer
from remote_write_receiver import RemoteWriteReceiver
from scrape_target import ScrapeTarget
from sink_configuration import elasticsearch


def pytest_collection_modifyitems(items):
    """Files with minute-long tests go first: the others then run beside them."""
    long_files = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in long_files)


@pytest.fixture(scope="session")
def martlet():
    """The program under test; a missing one is a failure, never a skip."""
    path = binary()
    assert os.access(path, os.X_OK), f"{path} is missing: run 'make release' or set MARTLET_BINARY"
    return path


@pytest.fixture
def make_agent(tmp_path, martlet):
    """Makes agents (not started) with a folder each."""
    made = []

    def make(config=None, **keywords):
        folder = tmp_path / f"agent-{len(made)}"
        folder.mkdir()
        made.append(Agent(folder, config, **keywords))
        return made[-1]

    yield make
    for agent in made:
        agent.kill()
        agent.print_tail()


@pytest.fixture
def bulk_receiver():
    receiver = BulkReceiver().start()
    yield receiver
    receiver.stop()


@pytest.fixture
def journal(tmp_path):
    """A journal without entries."""
    return Journal(tmp_path / "journal" / MACHINE_ID)


@pytest.fixture
def read_journal(make_agent, bulk_receiver, journal):
    """Starts an agent that delivers the journal, with more keys of its source if need be."""
    def start(**extra):
        sink = elasticsearch(bulk_receiver.url)
        return make_agent(journal_logs(journal.folder.parent, sink, **extra)).start()
    return start


@pytest.fixture
def remote_write_receiver():
    receiver = RemoteWriteReceiver().start()
    yield receiver
    receiver.stop()


@pytest.fixture
def scrape_target():
    target = ScrapeTarget().start()
    yield target
    target.stop()


@pytest.fixture(scope="session")
def authority_of(tmp_path_factory):
    """Certificate authorities by name, made when they are first asked for."""
    made = {}

    def of(name):
        if name not in made:
            made[name] = Authority(tmp_path_factory.mktemp(f"authority-{name}"), name)
        return made[name]

    return of


@pytest.fixture
def api_server(authority_of):
    """A simulated Kubernetes API server that holds no object yet."""
    server = APIServer(authority_of("cluster")).start()
    yield server
    server.stop()


@pytest.fixture
def kubelet(api_server):
    """The kubelet of the node under test: it takes the API server's tokens and knows its pods."""
    server = KubeletServer(api_server.authority, lambda: [
        item for item in api_server.objects.all("pods") if item["spec"]["nodeName"] == NODE
    ])
    server.access = api_server.access
    yield server.start()
    server.stop()


@pytest.fixture
def prometheus(tmp_path):
    folder = tmp_path / "prometheus"
    folder.mkdir()
    server = PrometheusServer(folder)
    yield server.start()
    server.kill()
    server.print_tail()


@pytest.fixture
def node_exporter(tmp_path):
    folder = tmp_path / "node-exporter"
    folder.mkdir()
    exporter = NodeExporter(folder)
    yield exporter.start()
    exporter.kill()
    exporter.print_tail()


@pytest.fixture
def pod_logs(tmp_path):
    """A folder in place of /var/log/pods."""
    folder = tmp_path / "pods"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def fixtures():
    """The recorded data that MARTLET_FIXTURES names; skips, saying so, where it is not set."""
    folder = os.environ.get("MARTLET_FIXTURES")
    if not folder:
        pytest.skip("MARTLET_FIXTURES is not set: recorded data not available")
    assert Path(folder).is_dir(), f"MARTLET_FIXTURES names {folder}, which is no folder"
    return Path(folder)
