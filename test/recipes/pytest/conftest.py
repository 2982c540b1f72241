import json, os, urllib.request

import pytest


class World:
    """A mock with records and a clock of its own, on the server that `ricloud-mock exec` starts."""

    def __init__(self, options):
        self.token = ""
        made = self.call("POST", "/_mock/worlds", options)
        self.id, self.token = made["id"], made["token"]

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(os.environ["RICLOUD_URL"] + path, method=method, data=data)
        request.add_header("Authorization", f"Token {self.token}")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def advance(self, duration):
        return self.call("POST", f"/_mock/clock?world={self.id}", {"advance": duration})


def pytest_configure(config):
    config.addinivalue_line("markers", "ricloud(scenario, settings, clock): options of the world of a test")


@pytest.fixture
def ricloud(request):
    marker = request.node.get_closest_marker("ricloud")
    world = World({"clock": {"frozen": True}, **(marker.kwargs if marker else {})})
    yield world
    world.call("DELETE", f"/_mock/worlds/{world.id}")
