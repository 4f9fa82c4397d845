#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A publisher's page of releases over TLS, for the address that leads to the newest one.
//
//   node release-server.mjs FOLDER
//
// Prints one line of JSON on stdout: {port, ca}. GET /log gives what was asked, as JSON; other paths choose the answer.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [folder] = process.argv.slice(2);
const [key, ca] = [`${folder}/key.pem`, `${folder}/cert.pem`];
execFileSync(
  'openssl',
  [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-keyout', key, '-out', ca, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
  ],
  { stdio: 'ignore' },
);
const log = [];
const server = createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (request, response) => {
  if (request.url === '/log') return response.end(JSON.stringify(log));
  log.push({ method: request.method, url: request.url, headers: request.headers });
  const here = `https://localhost:${server.address().port}`;
  const to = {
    '/newest': `${here}/goose/releases/tag/v9.8.7`,
    '/older': `${here}/goose/releases/tag/v0.1.0`,
    '/insecure': 'http://localhost/goose/releases/tag/v9.8.7',
    '/no-version': `${here}/goose/releases/tag/stable`,
  }[request.url];
  if (to !== undefined) response.writeHead(302, { location: to }).end();
  else response.writeHead(request.url === '/page' ? 200 : 404).end();
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port, ca })));
