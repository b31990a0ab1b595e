#!/usr/bin/env bash
# Debezium on Kafka Connect (standalone): the changes of the tables of one PostgreSQL database as topics <prefix>.<schema>.<table>,
# and their transactions as the topic <prefix>.transaction.
#   infra/stream/debezium.sh start | stop | status
# EMBERLAKE_DEBEZIUM_DATABASE and EMBERLAKE_DEBEZIUM_TABLES (public.a,public.b) say which; EMBERLAKE_DEBEZIUM_PREFIX (the database's
# name), EMBERLAKE_DEBEZIUM_PORT (18083: its REST interface), EMBERLAKE_DEBEZIUM_MEMORY (512m), EMBERLAKE_DEBEZIUM_PARTITIONS (1 for
# each table), EMBERLAKE_KAFKA_PORT (19092), EMBERLAKE_POSTGRES_PORT (15432), EMBERLAKE_STREAM_HOME (build/stream: debezium/).
set -euo pipefail
cd "$(dirname "$0")/../.."
name=debezium
port=${EMBERLAKE_DEBEZIUM_PORT:-18083}
home=$(realpath -m "${EMBERLAKE_STREAM_HOME:-build/stream}")/debezium
database=${EMBERLAKE_DEBEZIUM_DATABASE:-}
prefix=${EMBERLAKE_DEBEZIUM_PREFIX:-$database}
. infra/stream/process.sh

configure() {
  mkdir -p "$home/plugins"
  ln -sfn "$PWD/build/jars/debezium" "$home/plugins/debezium"
  cat > "$home/worker.properties" <<C
bootstrap.servers=127.0.0.1:${EMBERLAKE_KAFKA_PORT:-19092}
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
key.converter.schemas.enable=false
value.converter.schemas.enable=false
offset.storage.file.filename=$home/offsets
offset.flush.interval.ms=1000
plugin.path=$home/plugins
plugin.discovery=service_load
listeners=http://127.0.0.1:$port
C
  cat > "$home/source.properties" <<C
name=$prefix
connector.class=io.debezium.connector.postgresql.PostgresConnector
tasks.max=1
database.hostname=127.0.0.1
database.port=${EMBERLAKE_POSTGRES_PORT:-15432}
database.user=postgres
database.dbname=$database
topic.prefix=$prefix
plugin.name=pgoutput
slot.name=${prefix//[^a-z0-9_]/_}_slot
publication.name=${prefix//[^a-z0-9_]/_}_pub
publication.autocreate.mode=filtered
table.include.list=$EMBERLAKE_DEBEZIUM_TABLES
snapshot.mode=initial
provide.transaction.metadata=true
tombstones.on.delete=true
decimal.handling.mode=string
time.precision.mode=isostring
topic.creation.enable=true
topic.creation.default.replication.factor=1
topic.creation.default.partitions=${EMBERLAKE_DEBEZIUM_PARTITIONS:-1}
topic.creation.groups=transaction
topic.creation.transaction.include=${prefix//./\\\\.}\\\\.transaction
topic.creation.transaction.replication.factor=1
topic.creation.transaction.partitions=1
C
}

runs() { curl --silent --fail "http://127.0.0.1:$port/connectors/$prefix/status" 2>/dev/null | grep -q '"tasks":\[{"id":0,"state":"RUNNING"'; }

start() {
  alive && { echo "debezium: runs already, http://127.0.0.1:$port"; return; }
  [ -n "$database" ] && [ -n "${EMBERLAKE_DEBEZIUM_TABLES:-}" ] || stop "name EMBERLAKE_DEBEZIUM_DATABASE and EMBERLAKE_DEBEZIUM_TABLES"
  answers "$port" && stop "port $port is taken by something else; name another in EMBERLAKE_DEBEZIUM_PORT"
  bash infra/stream/setup.sh connect debezium
  configure
  begin ${JAVA_HOME:+$JAVA_HOME/bin/}java -Xms128m "-Xmx${EMBERLAKE_DEBEZIUM_MEMORY:-512m}" \
    "-Dlog4j2.configurationFile=$PWD/infra/stream/log4j2.properties" -cp "$PWD/build/jars/connect/*" \
    org.apache.kafka.connect.cli.ConnectStandalone "$home/worker.properties" "$home/source.properties"
  wait_for runs
  echo "debezium: $prefix.*, http://127.0.0.1:$port"
}

case ${1:-} in
  start) start ;;
  stop) end ;;
  status) if alive && answers "$port"; then echo "debezium: http://127.0.0.1:$port"; else stop "does not run"; fi ;;
  *) stop "say start, stop or status" ;;
esac
