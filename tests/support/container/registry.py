# SPDX-License-Identifier: GPL-3.0-or-later
"""A container registry with one image, for `podman pull` by digest. Simulated: it serves what `podman push dir:` wrote.

usage: registry.py FOLDER RATE   (bytes per second; prints its port, then a line per request)
"""

import http.server
import json
import os
import sys
import time

folder, rate = sys.argv[1], float(sys.argv[2])
with open(os.path.join(folder, "manifest.json"), "rb") as file:
    manifest = file.read()
kind = json.loads(manifest).get("mediaType", "application/vnd.oci.image.manifest.v1+json")
piece = 1 << 18


class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body: bool) -> None:
        print(self.command, self.path, flush=True)
        if self.path == "/v2/":
            data, content = b"{}", "application/json"
        elif "/manifests/" in self.path:
            data, content = manifest, kind
        elif "/blobs/sha256:" in self.path:
            with open(os.path.join(folder, self.path.rsplit(":", 1)[1]), "rb") as blob:
                data, content = blob.read(), "application/octet-stream"
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", content)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        for at in range(0, len(data) if body else 0, piece):
            self.wfile.write(data[at : at + piece])
            time.sleep(piece / rate)

    def do_GET(self) -> None:
        self.answer(True)

    def do_HEAD(self) -> None:
        self.answer(False)

    def log_message(self, *_arguments: object) -> None:
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
print(server.server_port, flush=True)
server.serve_forever()
