#!/usr/bin/env bash
# A Spark Connect server with Delta, out of the installed pyspark: one warm JVM that many thin tasks share.
#   infra/spark/connect.sh start | stop | status
# EMBERLAKE_CONNECT_PORT (15002), EMBERLAKE_CONNECT_MEMORY (4g), EMBERLAKE_CONNECT_MASTER (local[*]), EMBERLAKE_CONNECT_HOME
# (build/connect: its log and process id). Work goes there with EMBERLAKE_SPARK_REMOTE=sc://127.0.0.1:15002.
set -euo pipefail
cd "$(dirname "$0")/../.."
port=${EMBERLAKE_CONNECT_PORT:-15002}
home=${EMBERLAKE_CONNECT_HOME:-$PWD/build/connect}
python=$PWD/.venv/bin/python
stop() { printf 'connect: %s\n' "$1" >&2; exit 1; }
alive() { [ -f "$home/pid" ] && kill -0 "$(cat "$home/pid")" 2>/dev/null; }
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

start() {
  alive && { echo "connect: runs already, sc://127.0.0.1:$port"; return; }
  answers && stop "port $port is taken by something else; name another in EMBERLAKE_CONNECT_PORT"
  [ -x "$python" ] || stop "there is no .venv; make it with: make setup"
  mkdir -p "$home"
  # A session of its own, so that stopping ends the launcher, the JVM and its Python workers together.
  SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON=$python PYSPARK_DRIVER_PYTHON=$python setsid --fork bash -c 'echo $$ > "$0/pid"; cd "$0"; exec "$@" > "$0/log" 2>&1' "$home" \
    "$PWD/.venv/bin/spark-submit" --class org.apache.spark.sql.connect.service.SparkConnectServer --name emberlake-connect \
    --master "${EMBERLAKE_CONNECT_MASTER:-local[*]}" --driver-memory "${EMBERLAKE_CONNECT_MEMORY:-4g}" \
    --driver-java-options "-XX:+UseParallelGC" \
    --conf spark.connect.grpc.binding.address=127.0.0.1 --conf "spark.connect.grpc.binding.port=$port" \
    --conf spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension \
    --conf spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog \
    --conf "spark.sql.warehouse.dir=$home/warehouse" --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 \
    --conf spark.ui.enabled=false --conf spark.log.level=ERROR spark-internal
  for _ in $(seq 600); do
    answers && { echo "connect: sc://127.0.0.1:$port"; return; }
    sleep 0.2
    [ ! -f "$home/pid" ] || alive || { tail -n 20 "$home/log" >&2; stop "the server ended while starting; its log is $home/log"; }
  done
  end
  stop "no answer on port $port after two minutes; the log is $home/log"
}

# The process id is that of the session: everything in it ends, the JVM first asked, then told.
end() {
  alive || { rm -f "$home/pid"; echo "connect: does not run"; return; }
  local leader; leader=$(cat "$home/pid")
  pkill -TERM -s "$leader" || true
  for _ in $(seq 100); do pgrep -s "$leader" >/dev/null || break; sleep 0.1; done
  pkill -KILL -s "$leader" || true
  rm -f "$home/pid"
  echo "connect: stopped"
}

case ${1:-} in
  start) start ;;
  stop) end ;;
  status) if alive && answers; then echo "connect: sc://127.0.0.1:$port"; else stop "does not run"; fi ;;
  *) stop "say start, stop or status" ;;
esac
