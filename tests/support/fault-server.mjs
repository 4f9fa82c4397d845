#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A publisher of one model file over TLS that misbehaves on purpose. Certificates are made by openssl when it starts.
//
//   node fault-server.mjs FOLDER FILE
//
// Prints one line of JSON on stdout: {port, otherPort, plainPort, ca}. Paths choose the fault: /MODE/KEY/NAME. State
// (how often a fault still happens) is kept for each KEY. GET /log/KEY gives what was asked under a key, as JSON.

import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync, statSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:https';

const [folder, file] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const size = statSync(file).size;
const etag = '"version-one"';

function certificates(name) {
  const at = (end) => `${folder}/${name}-${end}`;
  const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe' });
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '30',
    '-subj',
    `/CN=Hearth test authority ${name}`,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
  );
  openssl(
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-keyout',
    at('key.pem'),
    '-out',
    at('csr.pem'),
  );
  writeFileSync(at('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl(
    'x509',
    '-req',
    '-in',
    at('csr.pem'),
    '-CA',
    at('ca.pem'),
    '-CAkey',
    at('ca.key'),
    '-CAcreateserial',
    '-days',
    '30',
    '-extfile',
    at('ext'),
    '-out',
    at('cert.pem'),
  );
  return { key: readFileSync(at('key.pem')), cert: readFileSync(at('cert.pem')), ca: at('ca.pem') };
}

const keys = new Map();
const ports = {};

function keyOf(name) {
  if (!keys.has(name)) keys.set(name, { hits: 0, log: [] });
  return keys.get(name);
}

/** What a well-behaved publisher answers: 206 to a range that still applies, else 200. */
function plan(request, version = etag) {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
  if (range === null || (condition !== undefined && condition !== version)) {
    return { status: 200, start: 0, headers: { etag: version, 'content-length': size } };
  }
  const start = Number(range[1]);
  if (start >= size) return { status: 416, start: size, headers: { 'content-range': `bytes */${size}` } };
  return {
    status: 206,
    start,
    headers: {
      etag: version,
      'content-length': size - start,
      'content-range': `bytes ${start}-${size - 1}/${size}`,
    },
  };
}

function send(response, { status, start, headers }, { end = size, change = null, cut = null } = {}) {
  response.writeHead(status, {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    ...headers,
  });
  if (start >= end) return response.end();
  let at = start;
  const stream = createReadStream(file, { start, end: end - 1, highWaterMark: 65536 });
  stream.on('data', (chunk) => {
    if (cut !== null && at + chunk.length > cut) {
      stream.destroy();
      response.write(chunk.subarray(0, Math.max(0, cut - at)), () => response.destroy());
      return;
    }
    if (change !== null && change >= at && change < at + chunk.length) chunk[change - at] ^= 1;
    at += chunk.length;
    if (!response.write(chunk)) {
      stream.pause();
      response.once('drain', () => stream.resume());
    }
  });
  stream.on('end', () => response.end());
  response.on('close', () => stream.destroy());
}

function steady(request, response, pause) {
  const planned = plan(request);
  response.writeHead(planned.status, planned.headers);
  const bytes = readFileSync(file);
  let at = planned.start;
  const timer = setInterval(() => {
    const chunk = bytes.subarray(at, at + Math.ceil(size / 25));
    at += chunk.length;
    response.write(chunk);
    if (at < size) return;
    clearInterval(timer);
    response.end();
  }, pause);
  response.on('close', () => clearInterval(timer));
}

const middle = Math.floor(size / 2);

const modes = {
  ok: (request, response) => send(response, plan(request)),
  'ok-no-etag': (request, response) => {
    const { status, start, headers } = plan(request);
    delete headers.etag;
    send(response, { status, start, headers });
  },
  // The first answer breaks in the middle; later ones are good.
  drop: (request, response, key) =>
    key.hits === 1 ? send(response, plan(request), { cut: middle }) : send(response, plan(request)),
  'drop-always': (request, response) => {
    const planned = plan(request);
    send(response, planned, { cut: Math.min(size, planned.start + Math.ceil(size / 5)) });
  },
  'drop-empty': (_request, response) => response.destroy(),
  // Breaks once, then does not know ranges any more.
  'no-ranges': (request, response, key) => {
    delete request.headers.range;
    send(response, plan(request), key.hits === 1 ? { cut: middle } : {});
  },
  'no-ranges-drops': (request, response) => {
    delete request.headers.range;
    send(response, plan(request), { cut: middle });
  },
  'wrong-range': (request, response, key) => {
    if (key.hits === 1) return send(response, plan(request), { cut: middle });
    const planned = plan(request);
    if (planned.status === 206) {
      planned.headers['content-range'] = `bytes ${planned.start + 1}-${size - 1}/${size}`;
    }
    return send(response, planned);
  },
  'wrong-total': (request, response, key) => {
    if (key.hits === 1) return send(response, plan(request), { cut: middle });
    const planned = plan(request);
    if (planned.status === 206)
      planned.headers['content-range'] = `bytes ${planned.start}-${size - 1}/${size + 7}`;
    return send(response, planned);
  },
  // Another version with the same bytes: costs a start from zero.
  'etag-changed': (request, response, key) =>
    key.hits === 1
      ? send(response, plan(request), { cut: middle })
      : send(response, plan(request, '"version-two"')),
  // Another version with other bytes.
  'file-changed': (request, response, key) =>
    key.hits === 1
      ? send(response, plan(request), { cut: middle })
      : send(response, plan(request, '"version-two"'), { change: 100_000 }),
  'size-changed': (request, response) => {
    response.writeHead(200, { etag: '"other"', 'content-length': size + 64 });
    createReadStream(file).pipe(response, { end: false });
  },
  short: (_request, response) => {
    response.writeHead(200, { etag, 'content-length': size - 1000 });
    createReadStream(file, { start: 0, end: size - 1001 }).pipe(response);
  },
  // Chunked, so that no length is promised; ends early without an error.
  'short-chunked': (request, response) => {
    const { status, start, headers } = plan(request);
    delete headers['content-length'];
    send(response, { status, start, headers }, { end: Math.min(size, start + Math.ceil(size / 3)) });
  },
  long: (request, response) => {
    response.writeHead(200, { etag, 'content-type': 'application/octet-stream' });
    const stream = createReadStream(file);
    stream.pipe(response, { end: false });
    stream.on('end', () => response.end(Buffer.alloc(3_000_000, 7)));
  },
  flip: (request, response) => send(response, plan(request), { change: middle }),
  'flip-once': (request, response, key) =>
    send(response, plan(request), key.hits === 1 ? { change: middle } : {}),
  'other-host': (request, response, key, name) => {
    response.writeHead(302, { location: `https://127.0.0.1:${ports.otherPort}/ok/${name}` });
    response.end();
  },
  plain: (request, response, key, name) => {
    response.writeHead(302, { location: `http://127.0.0.1:${ports.plainPort}/ok/${name}` });
    response.end();
  },
  loop: (request, response) => {
    response.writeHead(302, { location: request.url });
    response.end();
  },
  'not-found': (_request, response) => response.writeHead(404).end('no such file'),
  // A file that is smaller than promised: what is there already lies beyond its end.
  416: (request, response, key) => {
    if (key.hits === 1) return send(response, plan(request), { cut: middle });
    response.writeHead(416, { 'content-range': 'bytes */1000' });
    return response.end();
  },
  'too-many': (request, response, key) => {
    if (key.hits > 1) return send(response, plan(request));
    response.writeHead(429, { 'retry-after': '1', 'content-type': 'text/html' });
    return response.end('<p>slow down</p>');
  },
  'too-many-long': (_request, response) => response.writeHead(429, { 'retry-after': '86400' }).end(),
  unavailable: (request, response, key) =>
    key.hits <= 2 ? response.writeHead(503).end('busy') : send(response, plan(request)),
  broken: (_request, response) => response.writeHead(500).end('broken'),
  stall: (request, response, key) => {
    if (key.hits > 1) return send(response, plan(request));
    const { status, headers } = plan(request);
    response.writeHead(status, headers);
    return createReadStream(file, { start: 0, end: middle - 1 }).pipe(response, { end: false });
  },
  drip: (request, response) => {
    const { status, headers } = plan(request);
    response.writeHead(status, headers);
    const timer = setInterval(() => response.write('x'), 300);
    response.on('close', () => clearInterval(timer));
  },
  'one-byte': (request, response) => {
    const { status, headers } = plan(request);
    response.writeHead(status, headers);
    response.write('x');
    const timer = setInterval(() => response.write('x'), 1000);
    response.on('close', () => clearInterval(timer));
  },
  // Breaks in the middle, and then nobody listens for a while.
  away: (request, response, key) => {
    if (key.hits > 1) return send(response, plan(request));
    response.on('close', () => goAway(2000));
    return send(response, plan(request), { cut: middle });
  },
  // Steady, so that a run takes long enough to be killed.
  slow: (request, response) => steady(request, response, 20),
  slower: (request, response) => steady(request, response, 120),
  portal: (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end('<html><body>Sign in to this network</body></html>');
  },
  // Breaks once, then the network asks for a sign-in.
  'portal-later': (request, response, key) =>
    key.hits === 1 ? send(response, plan(request), { cut: middle }) : modes.portal(request, response),
  gzip: (request, response) => {
    response.writeHead(200, { etag, 'content-encoding': 'gzip', 'content-type': 'application/octet-stream' });
    response.end(Buffer.alloc(1000, 1));
  },
};

function answer(request, response) {
  const [, mode, ...rest] = request.url.split('/');
  const name = rest.join('/');
  const key = keyOf(rest[0] ?? '');
  if (mode === 'log') {
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(key.log));
  }
  key.hits += 1;
  const entry = {
    sent: 0,
    mode,
    range: request.headers.range ?? null,
    ifRange: request.headers['if-range'] ?? null,
    encoding: request.headers['accept-encoding'] ?? null,
    agent: request.headers['user-agent'] ?? null,
  };
  key.log.push(entry);
  const write = response.write.bind(response);
  response.write = (chunk, done) =>
    write(chunk, (error) => {
      if (!error) entry.sent += chunk.length;
      if (typeof done === 'function') done(error);
    });
  const act = modes[mode];
  if (act === undefined) return response.writeHead(404).end();
  response.on('error', () => {});
  return act(request, response, key, name);
}

const listen = (server, port = 0) =>
  new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server.address().port)));

const good = certificates('good');
const other = certificates('other');
const main = createServer(good, answer);
ports.port = await listen(main);
ports.otherPort = await listen(createServer(good, answer));
// Signed by an authority that nobody trusts.
ports.wrongPort = await listen(createServer(other, answer));
ports.plainPort = await listen(createPlain(answer));

/** Connections to the first port are broken and refused for so many milliseconds. */
function goAway(time) {
  main.close();
  main.closeAllConnections();
  setTimeout(() => void listen(main, ports.port), time);
}

console.log(JSON.stringify({ ...ports, ca: good.ca }));
// Goes when the one who started it does.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
