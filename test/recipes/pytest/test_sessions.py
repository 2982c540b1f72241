import pytest


def start_session(ricloud, identifier):
    source = {"user": 1, "type": "icloud.account", "identifier": identifier}
    return ricloud.call("POST", "/sessions", {"source": source, "payload": {"password": "joshua"}})


@pytest.mark.ricloud(scenario="service-expiry")
def test_a_session_dies_after_24_hours(ricloud):
    session = start_session(ricloud, "someone@example.com")
    ricloud.advance("24h")
    assert ricloud.call("GET", f"/sessions/{session['id']}")["state"] == "expired"


def test_another_world_has_no_session_of_the_first(ricloud):
    sessions = ricloud.call("GET", "/sessions?limit=10")["data"]
    assert "someone@example.com" not in [session["source"]["identifier"] for session in sessions]
