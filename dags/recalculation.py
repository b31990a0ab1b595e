"""Airflow finds its DAG here; started by hand, it waits for somebody to approve what it planned."""

from emberlake.orchestration.dags import recalculation

dag = recalculation()
