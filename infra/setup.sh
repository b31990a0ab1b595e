#!/usr/bin/env bash
# Makes .venv: an installer, the locked packages, Emberlake itself, and Delta's jars inside that Spark.
# Each stage leaves a stamp with the hash of what it was made from, so a second call does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.venv
stop() { printf 'emberlake: %s\n' "$1" >&2; exit 1; }
done_with() { [ -f "$venv/.$1" ] && [ "$(cat "$venv/.$1")" = "$2" ]; }
hash_of() { cat "$@" | "$venv/bin/python" -c 'import hashlib,sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'; }

find_python() {
  for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$name"; return; fi
  done
  stop "Python 3.11 or newer is needed and was not found; install it, or name it with PYTHON=/path/to/python3 make demo."
}

check_java() {
  local java="${JAVA_HOME:+$JAVA_HOME/bin/}java" version
  command -v "$java" >/dev/null 2>&1 || stop "Java 17 or 21 is needed for Spark and was not found; install a JDK, or set JAVA_HOME."
  version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  case "$version" in 17|21) ;; *) stop "Java 17 or 21 is needed for Spark; $java is version ${version:-unknown}. Set JAVA_HOME to one that fits." ;; esac
  "$java" --list-modules 2>/dev/null | grep -q '^jdk.incubator.vector' ||
    stop "this Java lacks the module jdk.incubator.vector, which Spark 4.2 loads at start; install a full JDK instead of a trimmed runtime."
}

check_java
python=$(find_python)
if [ ! -x "$venv/bin/python" ]; then
  echo "· making $venv with $("$python" --version)"
  "$python" -m venv "$venv" || stop "$python cannot make a virtual environment; install its venv module (Debian: python3-venv)."
fi
want=$(hash_of infra/python/installer.txt)
if ! done_with installer "$want"; then
  echo "· fetching the installer (uv, hash-checked)"
  "$venv/bin/python" -m pip --quiet --disable-pip-version-check install --require-hashes --target "$venv/installer" --upgrade -r infra/python/installer.txt
  echo "$want" > "$venv/.installer"
fi
uv="$venv/installer/bin/uv"
want=$(hash_of infra/python/lock.txt pyproject.toml)
if ! done_with packages "$want"; then
  echo "· installing the locked packages (a minute or two the first time)"
  "$uv" pip sync --quiet --compile-bytecode --python "$venv/bin/python" --require-hashes infra/python/lock.txt
  "$uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable .
  rm -f "$venv/.jars"
  echo "$want" > "$venv/.packages"
fi
want=$(hash_of infra/spark/jars.sha256)
if ! done_with jars "$want"; then
  echo "· fetching Delta's jars (hash-checked)"
  "$venv/bin/python" infra/spark/fetch_jars.py
  echo "$want" > "$venv/.jars"
fi
