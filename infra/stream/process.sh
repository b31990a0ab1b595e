# To be read by the scripts beside it: a server as a session of its own, whose log and process id lie in $home.

stop() { printf '%s: %s\n' "$name" "$1" >&2; exit 1; }
alive() { [ -f "$home/pid" ] && ps -o stat= -p "$(cat "$home/pid")" | grep -qv '^Z'; }
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# begin COMMAND…: start it; the end of its session ends all that it started.
begin() {
  rm -f "$home/pid"
  setsid --fork bash -c 'echo $$ > "$0/pid.new"; mv "$0/pid.new" "$0/pid"; cd "$0"; exec "$@" > "$0/log" 2>&1' "$home" "$@"
}

# wait_for CONDITION…: until it holds; stops with the log's tail where the server ends meanwhile, or after two minutes.
wait_for() {
  for _ in $(seq 600); do
    "$@" && return
    sleep 0.2
    [ ! -f "$home/pid" ] || alive || { tail -n 20 "$home/log" >&2; stop "ended while starting; its log is $home/log"; }
  done
  tail -n 20 "$home/log" >&2
  end
  stop "was not ready after two minutes; its log is $home/log"
}

# The server is asked to end, and told after half a minute.
end() {
  alive || { rm -f "$home/pid"; echo "$name: does not run"; return; }
  local leader; leader=$(cat "$home/pid")
  kill -TERM "$leader" || true
  for _ in $(seq 300); do alive || break; sleep 0.1; done
  pkill -KILL -s "$leader" || true
  rm -f "$home/pid"
  echo "$name: stopped"
}
