"""The DAG of the nightly reconciliation; everything about it follows from the contract of its book."""

from emberlake.orchestration.dags import reconciliation

dag = reconciliation()
