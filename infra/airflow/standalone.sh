#!/usr/bin/env bash
# A local Airflow for the DAGs of this checkout, set up by its environment alone.
#   infra/airflow/standalone.sh start | stop | status
# AIRFLOW_HOME (build/airflow), EMBERLAKE_AIRFLOW_PORT (8080), EMBERLAKE_LAKEHOUSE, EMBERLAKE_LANDING. Tasks work over the
# Spark Connect server in EMBERLAKE_SPARK_REMOTE, or by EMBERLAKE_SPARK_SUBMIT; with neither a Connect server is started too.
# For one machine and one person: sqlite, and the password that Airflow makes lies in AIRFLOW_HOME.
set -euo pipefail
cd "$(dirname "$0")/../.."
port=${EMBERLAKE_AIRFLOW_PORT:-8080}
export AIRFLOW_HOME=${AIRFLOW_HOME:-$PWD/build/airflow}
export AIRFLOW__CORE__DAGS_FOLDER=$PWD/dags AIRFLOW__CORE__LOAD_EXAMPLES=False
export AIRFLOW__CORE__EXECUTOR=LocalExecutor AIRFLOW__CORE__PARALLELISM=${EMBERLAKE_AIRFLOW_PARALLELISM:-2}
export AIRFLOW__CORE__AUTH_MANAGER=airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager
export AIRFLOW__CORE__EXECUTION_API_SERVER_URL=http://127.0.0.1:$port/execution/  # tasks report there; it must follow the port
export AIRFLOW__API__HOST=127.0.0.1 AIRFLOW__API__PORT=$port AIRFLOW__API__BASE_URL=http://127.0.0.1:$port AIRFLOW__API__WORKERS=1
export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=sqlite:///$AIRFLOW_HOME/airflow.db
export EMBERLAKE_LAKEHOUSE=${EMBERLAKE_LAKEHOUSE:-$PWD/lakehouse} EMBERLAKE_LANDING=${EMBERLAKE_LANDING:-$PWD/landing}
export PATH=$PWD/.venv/bin:$PATH
stop() { printf 'airflow: %s\n' "$1" >&2; exit 1; }
alive() { [ -f "$AIRFLOW_HOME/pid" ] && kill -0 "$(cat "$AIRFLOW_HOME/pid")" 2>/dev/null; }

# Healthy are the database, the scheduler, the DAG processor and the triggerer: one answer names all four.
healthy() {
  python - "$port" 2>/dev/null <<'PYTHON'
import json, sys, urllib.request
with urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/api/v2/monitor/health", timeout=5) as answer:
    parts = json.load(answer)
sys.exit(any(part.get("status") not in ("healthy", None) for part in parts.values()) or parts["scheduler"]["status"] != "healthy")
PYTHON
}

start() {
  alive && { echo "airflow: runs already, http://127.0.0.1:$port"; return; }
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && stop "port $port is taken by something else; name another in EMBERLAKE_AIRFLOW_PORT"
  mkdir -p "$AIRFLOW_HOME"
  if [ -z "${EMBERLAKE_SPARK_REMOTE:-}${EMBERLAKE_SPARK_SUBMIT:-}" ]; then
    infra/spark/connect.sh start
    printf '%s\n' "${EMBERLAKE_CONNECT_HOME:-$PWD/build/connect}" > "$AIRFLOW_HOME/connect-home"  # the stop must find this very server
    export EMBERLAKE_SPARK_REMOTE=sc://127.0.0.1:${EMBERLAKE_CONNECT_PORT:-15002}
  fi
  # A session of its own: a signal to `standalone` alone would leave scheduler, server and workers behind.
  setsid --fork bash -c 'echo $$ > "$AIRFLOW_HOME/pid"; exec airflow standalone > "$AIRFLOW_HOME/log" 2>&1'
  for _ in $(seq 180); do
    healthy && { echo "airflow: http://127.0.0.1:$port, password in $AIRFLOW_HOME/simple_auth_manager_passwords.json.generated"; return; }
    sleep 1
    [ ! -f "$AIRFLOW_HOME/pid" ] || alive || { tail -n 20 "$AIRFLOW_HOME/log" >&2; end; stop "it ended while starting; its log is $AIRFLOW_HOME/log"; }
  done
  end
  stop "not healthy after three minutes; the log is $AIRFLOW_HOME/log"
}

end() {
  if alive; then
    local leader; leader=$(cat "$AIRFLOW_HOME/pid")
    pkill -TERM -s "$leader" || true
    for _ in $(seq 150); do pgrep -s "$leader" >/dev/null || break; sleep 0.1; done
    pkill -KILL -s "$leader" || true
    echo "airflow: stopped"
  else
    echo "airflow: does not run"
  fi
  rm -f "$AIRFLOW_HOME/pid"
  if [ -f "$AIRFLOW_HOME/connect-home" ]; then
    EMBERLAKE_CONNECT_HOME=$(cat "$AIRFLOW_HOME/connect-home") infra/spark/connect.sh stop
    rm "$AIRFLOW_HOME/connect-home"
  fi
}

case ${1:-} in
  start) start ;;
  stop) end ;;
  status) if alive && healthy; then echo "airflow: http://127.0.0.1:$port"; else stop "does not run, or not all of it"; fi ;;
  *) stop "say start, stop or status" ;;
esac
