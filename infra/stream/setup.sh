#!/usr/bin/env bash
# What a stream needs besides Python: the jars of a Kafka broker, of Kafka Connect and of Debezium in build/jars, hash-checked
# against jars.sha256, and PostgreSQL. A second call does nothing.
#   infra/stream/setup.sh [kafka | connect | debezium | postgres]…     all of them, if none is named
set -euo pipefail
cd "$(dirname "$0")/../.."
here=infra/stream
stop() { printf 'stream: %s\n' "$1" >&2; exit 1; }

install() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || stop "$1 is needed and was not found; install it"
  echo "· installing $1"
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends "$1"; } >/dev/null || stop "$1 could not be installed"
}

# Whether a folder holds the listed jars, as they are listed, and no other.
complete() {
  [ -d "build/jars/$1" ] && [ "$(cd build/jars && find "$1" -name '*.jar' | wc -l)" = "$(grep -c "  $1/" $here/jars.sha256)" ] &&
    (cd build/jars && grep "  $1/" "../../$here/jars.sha256" | sha256sum --check --quiet --strict) 2>/dev/null
}

fetch() {
  complete "$1" && return
  command -v mvn >/dev/null || install maven
  echo "· fetching the jars of $1"
  rm -rf "build/jars/$1" && mkdir -p "build/jars/$1"
  mvn --batch-mode --quiet --file "$here/$1/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$PWD/build/jars/$1" >&2 || stop "the jars of $1 could not be fetched"
  complete "$1" || { rm -rf "build/jars/$1"; stop "the jars of $1 are not those whose sha256 stand in $here/jars.sha256"; }
}

[ $# -gt 0 ] || set -- kafka connect debezium postgres
for part; do
  case $part in
    kafka|connect|debezium) fetch "$part" ;;
    postgres) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || install postgresql ;;
    *) stop "say kafka, connect, debezium or postgres" ;;
  esac
done
