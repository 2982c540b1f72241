import json, os, unittest, urllib.request

URL = os.environ["RICLOUD_URL"]


def call(method, path, token, body=None):
    request = urllib.request.Request(URL + path, method=method, data=body and json.dumps(body).encode())
    request.add_header("Authorization", f"Token {token}")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


class SessionTest(unittest.TestCase):
    def setUp(self):
        wanted = {"scenario": "service-expiry", "clock": {"frozen": True}}
        self.world = call("POST", "/_mock/worlds", "", wanted)
        self.token = self.world["token"]
        self.addCleanup(call, "DELETE", f"/_mock/worlds/{self.world['id']}", "")

    def test_a_session_dies_after_24_hours(self):
        source = {"user": 1, "type": "icloud.account", "identifier": "someone@example.com"}
        session = call("POST", "/sessions", self.token, {"source": source, "payload": {"password": "joshua"}})
        call("POST", f"/_mock/clock?world={self.world['id']}", "", {"advance": "24h"})
        self.assertEqual(call("GET", f"/sessions/{session['id']}", self.token)["state"], "expired")
