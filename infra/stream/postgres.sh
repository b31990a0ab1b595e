#!/usr/bin/env bash
# A PostgreSQL server of its own on 127.0.0.1, with logical replication, for user postgres without a password.
#   infra/stream/postgres.sh start | stop | status
# EMBERLAKE_POSTGRES_PORT (15432), EMBERLAKE_STREAM_HOME (build/stream: its data and log lie in postgres/). PostgreSQL refuses to
# run as root: started by root it runs as the user postgres, who must be able to reach that folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
name=postgres
port=${EMBERLAKE_POSTGRES_PORT:-15432}
home=$(realpath -m "${EMBERLAKE_STREAM_HOME:-build/stream}")/postgres
. infra/stream/process.sh
as_owner() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

programs() {
  bash infra/stream/setup.sh postgres
  local initdb; initdb=$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
  dirname "${initdb:-$(command -v initdb)}"
}

prepare() {
  mkdir -p "$home"
  [ "$(id -u)" != 0 ] || chown postgres "$home"
  as_owner test -w "$home" || stop "the user postgres cannot reach $home; name another folder in EMBERLAKE_STREAM_HOME"
  [ -f "$home/data/PG_VERSION" ] || as_owner "$bin/initdb" -D "$home/data" -U postgres --auth=trust -E UTF8 --no-locale > "$home/initdb.log"
  cat > "$home/data/conf" <<C
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
wal_level = logical
shared_buffers = 64MB
fsync = off
C
  grep -q "^include 'conf'" "$home/data/postgresql.conf" || echo "include 'conf'" >> "$home/data/postgresql.conf"
}

running() { [ -f "$home/data/postmaster.pid" ] && kill -0 "$(head -n 1 "$home/data/postmaster.pid")" 2>/dev/null; }

start() {
  running && { echo "postgres: runs already, 127.0.0.1:$port"; return; }
  answers "$port" && stop "port $port is taken by something else; name another in EMBERLAKE_POSTGRES_PORT"
  bin=$(programs)
  prepare
  as_owner "$bin/pg_ctl" -D "$home/data" -l "$home/data/log" -w -t 60 start >/dev/null || { tail -n 20 "$home/data/log" >&2; stop "did not start; its log is $home/data/log"; }
  echo "postgres: 127.0.0.1:$port"
}

end_postgres() {
  running || { echo "postgres: does not run"; return; }
  bin=$(programs)
  as_owner "$bin/pg_ctl" -D "$home/data" -m fast -w stop >/dev/null
  echo "postgres: stopped"
}

case ${1:-} in
  start) start ;;
  stop) end_postgres ;;
  status) if running && answers "$port"; then echo "postgres: 127.0.0.1:$port"; else stop "does not run"; fi ;;
  *) stop "say start, stop or status" ;;
esac
