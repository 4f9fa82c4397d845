#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A publisher of one file for practice mode: HTTPS on loopback with ranges and entity tags.

It prints one line of JSON, {"port": N}, when it listens, and ends when its standard input does.

usage: publisher.py FILE URL-PATH CERTIFICATE KEY [BYTES-PER-SECOND]
"""

import hashlib
import http.server
import json
import os
import re
import ssl
import sys
import threading
import time

FILE, URL_PATH, CERTIFICATE, KEY = sys.argv[1:5]
RATE = int(sys.argv[5]) if len(sys.argv) > 5 else 0
PIECE = 64 * 1024

with open(FILE, "rb") as content:
    ETAG = '"' + hashlib.sha256(content.read()).hexdigest()[:32] + '"'


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_HEAD(self):
        self.answer(False)

    def do_GET(self):
        self.answer(True)

    def answer(self, with_body):
        if self.path != URL_PATH:
            self.send_error(404)
            return
        size = os.path.getsize(FILE)
        start, end = self.wanted(size)
        if start is None:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        part = start > 0 or end < size
        self.send_response(206 if part else 200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(end - start))
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", ETAG)
        if part:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        self.end_headers()
        if with_body:
            self.send_part(start, end)

    def wanted(self, size):
        """First byte and the one after the last; None where the range lies outside."""
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked is None or self.headers.get("If-Range", ETAG) != ETAG:
            return 0, size
        start = int(asked[1])
        end = min(int(asked[2]) + 1, size) if asked[2] else size
        return (start, end) if start < end else (None, None)

    def send_part(self, start, end):
        begun, sent = time.monotonic(), 0
        with open(FILE, "rb") as content:
            content.seek(start)
            while start + sent < end:
                piece = content.read(min(PIECE, end - start - sent))
                self.wfile.write(piece)
                sent += len(piece)
                ahead = sent / RATE - (time.monotonic() - begun) if RATE else 0
                if ahead > 0:
                    time.sleep(ahead)

    def log_message(self, *_args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, _request, _address):
        """A reader that goes away is no news."""


server = Server(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"port": server.server_address[1]}), flush=True)
sys.stdin.read()
