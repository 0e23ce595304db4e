def test_an_analysis_starts_and_is_reused_while_it_runs(client):
    first = client.post("/datasets/sales/analyze")
    assert first.status_code == 200
    assert first.json()["reused"] is False
    again = client.post("/datasets/sales/analyze").json()
    assert again == {"session_id": first.json()["session_id"], "reused": True}
    other = client.post("/datasets/stock/analyze").json()
    assert other["reused"] is False


def test_the_next_analysis_begins_when_one_has_ended(client):
    first = client.post("/datasets/sales/analyze").json()["session_id"]
    assert client.get(f"/sessions/{first}").json()["status"] == "initializing"
    assert client.post(f"/sessions/{first}/detected").json()["status"] == "completed"
    assert client.post("/datasets/sales/analyze").json()["reused"] is False
