"""Which files of the landing folder, and of the reference tables that ship, are extracts of which bronze table."""

from dataclasses import dataclass
from pathlib import Path

from emberlake.contracts.model import Contract, ContractError, Server
from emberlake.runtime.lakehouse import Lakehouse

PACKAGE = Path(__file__).parents[2]
CONTROL = ".control.json"


@dataclass(frozen=True)
class Found:
    """A file that a bronze contract claims."""

    path: Path
    name: str  # below its root
    contract: Contract
    server: Server


def find(lakehouse: Lakehouse) -> tuple[list[Found], list[str]]:
    """Files that contracts claim, below the landing folder and among the reference tables that ship; and the unclaimed."""
    found: dict[Path, Found] = {}
    claims = [(contract, server) for contract in lakehouse.contracts.values() for server in contract.servers]
    for contract, server in claims:
        for root in (lakehouse.settings.landing, PACKAGE):
            for path in sorted(root.glob(server.path)):
                if path in found:
                    raise ContractError(f"{path.name} is claimed by {found[path].contract.name} and {contract.name}; make their paths distinct")
                if not path.name.endswith(CONTROL):
                    found[path] = Found(path, str(path.relative_to(root)), contract, server)
    everything = (p for p in lakehouse.settings.landing.rglob("*") if p.is_file())
    visible = [p for p in everything if not any(part.startswith(("_", ".")) for part in p.relative_to(lakehouse.settings.landing).parts)]
    lonely = [p for p in visible if p.name.endswith(CONTROL) and not p.with_name(p.name.removesuffix(CONTROL)).exists()]
    unclaimed = [str(p.relative_to(lakehouse.settings.landing)) for p in visible if p in lonely or (p not in found and not p.name.endswith(CONTROL))]
    return sorted(found.values(), key=lambda f: (f.contract.name, f.name)), sorted(unclaimed)
