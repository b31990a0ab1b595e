"""Airflow finds the DAG of the nightly reconciliation here; what it does and how often is said by the contract of its book."""

from emberlake.orchestration.dags import reconciliation

dag = reconciliation()
