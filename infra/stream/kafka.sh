#!/usr/bin/env bash
# A Kafka broker that is its own controller (KRaft), on 127.0.0.1, with one replica of everything.
#   infra/stream/kafka.sh start | stop | status
# EMBERLAKE_KAFKA_PORT (19092), EMBERLAKE_KAFKA_CONTROLLER_PORT (the next one), EMBERLAKE_KAFKA_MEMORY (512m),
# EMBERLAKE_STREAM_HOME (build/stream: its data and log lie in kafka/). Clients: EMBERLAKE_KAFKA=bootstrap.servers=127.0.0.1:19092
set -euo pipefail
cd "$(dirname "$0")/../.."
name=kafka
port=${EMBERLAKE_KAFKA_PORT:-19092}
controller=${EMBERLAKE_KAFKA_CONTROLLER_PORT:-$((port + 1))}
home=$(realpath -m "${EMBERLAKE_STREAM_HOME:-build/stream}")/kafka
java=(${JAVA_HOME:+$JAVA_HOME/bin/}java "-Dlog4j2.configurationFile=$PWD/infra/stream/log4j2.properties" -cp "$PWD/build/jars/kafka/*")
. infra/stream/process.sh

configure() {
  mkdir -p "$home"
  cat > "$home/server.properties" <<C
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=$home/data
num.partitions=1
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
C
  [ -f "$home/data/meta.properties" ] && return
  "${java[@]}" -XX:TieredStopAtLevel=1 kafka.tools.StorageTool format --cluster-id ZW1iZXJsYWtlLXN0cmVhbQ --config "$home/server.properties" > "$home/format.log" 2>&1 ||
    { tail -n 20 "$home/format.log" >&2; stop "its folder $home could not be prepared"; }
}

start() {
  alive && { echo "kafka: runs already, 127.0.0.1:$port"; return; }
  answers "$port" && stop "port $port is taken by something else; name another in EMBERLAKE_KAFKA_PORT"
  bash infra/stream/setup.sh kafka
  configure
  begin "${java[@]}" -Xms256m "-Xmx${EMBERLAKE_KAFKA_MEMORY:-512m}" kafka.Kafka "$home/server.properties"
  wait_for answers "$port"
  echo "kafka: 127.0.0.1:$port"
}

case ${1:-} in
  start) start ;;
  stop) end ;;
  status) if alive && answers "$port"; then echo "kafka: 127.0.0.1:$port"; else stop "does not run"; fi ;;
  *) stop "say start, stop or status" ;;
esac
