#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Two people on one computer, each with a user manager and a Hearth: separate sockets, keys and ports, and nothing of one
# can be used by the other without the key. Runs as root where systemd is process 1.
set -euo pipefail

work=$(mktemp -d)
chmod 755 "$work"
build-aux/bundle esbuild . "$work" hearth=tests/support/one-user.gjs.ts

useradd --create-home --shell /bin/bash --uid 1001 other
loginctl enable-linger other 2>/dev/null || systemctl start user@1001.service

as() { # UID NAME COMMAND...
  local uid=$1 name=$2
  shift 2
  env -i HOME="/home/$name" USER="$name" PATH=/usr/bin:/usr/sbin LANG=C.UTF-8 XDG_RUNTIME_DIR="/run/user/$uid" \
    DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$uid/bus" setpriv --reuid="$uid" --regid="$uid" --init-groups "$@"
}
for ((i = 0; i < 100; i++)); do
  [ ! -S /run/user/1001/bus ] || break
  sleep 0.1
done
field() { sed -n "s/^$2 //p" "$work/$1"; }
refused() { if "$@" >/dev/null 2>&1; then echo "went through: $*" && return 1; fi; }
status() { # UID NAME PORT CURL-ARGS...
  local uid=$1 name=$2 port=$3
  shift 3
  as "$uid" "$name" curl --silent --output /dev/null --write-out '%{http_code}' "$@" "http://127.0.0.1:$port/v1/models"
}

as 1000 hearth gjs -m "$work/hearth.js" serve | tee "$work/a"
as 1001 other gjs -m "$work/hearth.js" serve | tee "$work/b"

# Each has an address, a key and a socket of its own. Both wished for the same port.
[ "$(field a port)" = 4327 ]
[ "$(field b port)" = 4328 ]
[ "$(field a key)" != "$(field b key)" ]
[ "$(field a socket)" != "$(field b socket)" ]
refused cmp --silent "$(field a key)" "$(field b key)"

# Neither can read the other's key, reach the other's socket, or list where they are.
refused as 1001 other cat "$(field a key)"
refused as 1000 hearth cat "$(field b key)"
refused as 1001 other curl --silent --fail --unix-socket "$(field a socket)" http://localhost/health
refused as 1000 hearth curl --silent --fail --unix-socket "$(field b socket)" http://localhost/health
refused as 1001 other ls "$(dirname "$(field a socket)")"
refused as 1001 other ls "$(dirname "$(field a key)")"

# A port on loopback is everybody's on this computer: what protects it is the key.
[ "$(status 1001 other "$(field a port)")" = 401 ]
header() { printf 'header = "Authorization: Bearer %s"\n' "$(cat "$1")" >"$2" && chown "$3" "$2" && chmod 600 "$2"; }
header "$(field a key)" "$work/a.conf" 1000
header "$(field b key)" "$work/b.conf" 1001
[ "$(status 1001 other "$(field a port)" --config "$work/b.conf")" = 401 ]
[ "$(status 1000 hearth "$(field a port)" --config "$work/a.conf")" = 200 ]
[ "$(status 1001 other "$(field b port)" --config "$work/b.conf")" = 200 ]

# One lets go of the server, and comes back at the same address; the other's goes on.
as 1000 hearth systemctl --user stop hearth-model.socket hearth-model-proxy.service hearth-model.service
[ "$(status 1001 other "$(field b port)" --config "$work/b.conf")" = 200 ]
as 1000 hearth gjs -m "$work/hearth.js" serve | tee "$work/again"
[ "$(field again port)" = 4327 ]

# Somebody else took the address while this one was away, and plays a Hearth: stepped over, and never shown the key.
as 1000 hearth systemctl --user stop hearth-model.socket hearth-model-proxy.service hearth-model.service
as 1001 other python3 -u - >"$work/trap" 2>&1 <<'PYTHON' &
import http.server
class Trap(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print('asked', self.path, 'Authorization' in self.headers)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status":"ok"}')
server = http.server.HTTPServer(('127.0.0.1', 4327), Trap)
print('listening')
server.serve_forever()
PYTHON
trap=$!
for ((i = 0; i < 100; i++)); do
  ! grep -q listening "$work/trap" || break
  sleep 0.1
done
[ "$(as 1000 hearth curl --silent http://127.0.0.1:4327/health)" = '{"status":"ok"}' ]
as 1001 other systemctl --user stop hearth-model.socket hearth-model-proxy.service hearth-model.service
as 1000 hearth gjs -m "$work/hearth.js" serve | tee "$work/moved"
[ "$(field moved port)" = 4328 ]
[ "$(status 1000 hearth 4328 --config "$work/a.conf")" = 200 ]
kill "$trap"
cat "$work/trap"
refused grep -q 'True' "$work/trap"
rm -rf "$work"
