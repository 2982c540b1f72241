import hashlib, json, os, unittest, urllib.request

URL = os.environ["RICLOUD_URL"]
TOKEN = os.environ["RICLOUD_TOKEN"]


def call(method, path, body=None):
    request = urllib.request.Request(URL + path, method=method, data=body and json.dumps(body).encode())
    request.add_header("Authorization", f"Token {TOKEN}")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


class PollTest(unittest.TestCase):
    def test_a_poll_publishes_messages(self):
        call("POST", "/configs/storage/1", {"signed_urls_enabled": True})
        source = {"user": 1, "type": "icloud.account", "identifier": "someone@example.com"}
        session = call("POST", "/sessions", {"source": source, "payload": {"password": "joshua"}})
        wanted = {"session": session["id"], "payload": {"data_types": ["ios_messages.messages"]}}
        poll = call("POST", "/polls", wanted)
        while poll["state"] != "completed":
            poll = call("GET", f"/polls/{poll['id']}")

        for result in poll["results"]["data"]:
            content = urllib.request.urlopen(result["signed_url"]["url"]).read()
            self.assertEqual(hashlib.md5(content).hexdigest(), result["checksum"])
            self.assertIn("text", json.loads(content)["data"][0])
            self.assertEqual(call("POST", f"/results/{result['id']}/ack")["state"], "consumed")
