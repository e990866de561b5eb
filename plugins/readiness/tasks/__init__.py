"""What the tasks of the DAGs do, so that the DAG files hold wiring only. The last room before Airflow."""
