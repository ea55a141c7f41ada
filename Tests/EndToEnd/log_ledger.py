"""What `/api/v1/ledger` says, and whether it adds up."""

from urllib.parse import urlencode

STATES = ("delivered", "filtered", "limited", "pending")
UNITS = ("bytes", "records")


def entries(agent, **selection):
    """The ledger's entries that `selection` leaves; each of them, and each file, must add up."""
    query = f"?{urlencode(selection)}" if selection else ""
    answer = agent.get(f"/api/v1/ledger{query}")
    assert answer.status == 200, answer.text
    found = answer.json()["data"]
    for entry in found:
        check(entry, f"{entry['container']} for {entry['sink']}")
        for file in entry["files"]:
            check(file, file["path"])
    return found


def check(account, what):
    for unit in UNITS:
        parts = {state: account[state][unit] for state in STATES}
        parts["lost"] = lost(account, unit)
        assert all(value >= 0 for value in parts.values()), f"{what}: {unit}: {parts}"
        assert account["read"][unit] == sum(parts.values()), (
            f"{what}: {account['read'][unit]} {unit} read, but {parts}")


def lost(account, unit="records"):
    return sum(count[unit] for count in account["lost"].values())
