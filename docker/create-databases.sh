#!/bin/bash
# Runs once, when the PostgreSQL volume is new: one database for Airflow's metadata, one for the warehouse.
set -euo pipefail
for name in airflow warehouse; do
  psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --set=name="$name" --set=password="$POSTGRES_PASSWORD" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
SQL
done
