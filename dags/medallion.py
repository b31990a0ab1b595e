"""Airflow finds its DAG here; tasks, order, owners and schedule come from the contracts."""

from emberlake.orchestration.dags import medallion

dag = medallion()
