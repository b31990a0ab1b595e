"""The epochs of a log that already stands: positions bear their places, so that a contract may add later ones and change nothing else."""

from emberlake.contracts.model import Contract, ContractError
from emberlake.runtime.lakehouse import Lakehouse

ASKED = 50  # commits, of which the newest that says its epochs counts


def epochs_of(contract: Contract) -> list[str]:
    """Declared epochs, earliest first; none where positions never begin anew, and for what is no log."""
    return [str(epoch) for epoch in contract.servers[0].properties.get("events", {}).get("epochs", ())] if contract.servers else []


def refuse_other_epochs(lakehouse: Lakehouse, contract: Contract) -> None:
    """Raise ContractError where events that stand would be put in another order than when they were taken in."""
    store = lakehouse.store
    if contract.delivery != "log" or not store.row_count(contract.name):
        return
    before = next((list(commit.get("epochs", [])) for _, commit in store.history(contract.name, ASKED)), [])
    now = epochs_of(contract)
    if now[: len(before)] != before or (now and not before):
        raise ContractError(
            f"{contract.path}: the events that {contract.name} holds were put in order by the epochs {before}, and the contract says {now}; "
            "add epochs at the end only, and take a log that had none in again, into a table of another name"
        )
