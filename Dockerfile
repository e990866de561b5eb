FROM python:3.11-slim-bookworm

ENV AIRFLOW_HOME=/var/lib/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/readiness/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/readiness/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=false \
    PYTHONPATH=/opt/readiness/plugins \
    PYTHONDONTWRITEBYTECODE=1

COPY requirements.lock /tmp/requirements.lock
RUN pip install --no-cache-dir --require-hashes --requirement /tmp/requirements.lock

RUN useradd --create-home --uid 50000 readiness \
    && install --directory --owner=readiness --mode=700 /var/lib/readiness /var/lib/airflow
USER readiness
WORKDIR /opt/readiness
COPY dags dags
COPY plugins plugins
COPY sql sql
COPY expectations expectations
