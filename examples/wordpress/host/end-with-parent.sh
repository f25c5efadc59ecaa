#!/bin/sh
# end-with-parent.sh SECONDS COMMAND ARGUMENT...
#
# Runs a server of a shop's machine until it ends, or until our standard input does. Whoever starts us holds the other end of that pipe and never
# writes: the kernel closes it with them, be it a stop in order, Ctrl-C, a crash or kill -9. The server then has SECONDS to end by itself.
grace="$1"
shift
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
trap 'kill -TERM "$server"' HUP INT TERM
(
  trap '' HUP INT TERM
  cat <&3
  kill -TERM "$server"
  left=$((grace * 10))
  while [ "$left" -gt 0 ] && kill -0 "$server"; do
    left=$((left - 1))
    sleep 0.1
  done
  kill -KILL "$server"
) >/dev/null 2>&1 &
wait "$server"
code=$?
# A signal that we pass on breaks the wait off.
while kill -0 "$server" 2>/dev/null; do
  wait "$server"
  code=$?
done
exit "$code"
