// SPDX-License-Identifier: GPL-3.0-or-later

import { describe, expect, it } from 'vitest';
import { containerDeath, parseDenial, pullError } from './container-errors.ts';

// Composed from the format of the audit log (auditd's message dictionary, audit2why(8)): there is no SELinux where
// these tests are made.
const avc = (what: string, kind: string): string =>
  `AVC avc:  denied  { ${what} } for  pid=4121 comm="llama-server" name="x" dev="tmpfs" ino=71 ` +
  `scontext=system_u:system_r:container_t:s0:c12,c34 tcontext=unconfined_u:object_r:user_tmp_t:s0 tclass=${kind} permissive=0`;

describe('refusals of SELinux', () => {
  it('tells apart what was refused, and looks at nobody else', () => {
    expect(parseDenial(avc('create', 'sock_file'))).toBe('socket');
    expect(parseDenial(avc('write', 'dir'))).toBe('socket');
    expect(parseDenial(avc('open', 'file'))).toBe('file');
    expect(parseDenial(`${avc('open', 'file')}\n${avc('read write', 'chr_file')}`)).toBe('device');
    expect(parseDenial(avc('open', 'file').replace('llama-server', 'firefox'))).toBeNull();
    expect(parseDenial('')).toBeNull();
  });

  it('are told by the audit log, or by the words of the server', () => {
    const said = (stderrTail: string) => ({ exit: 1, stderrTail, oomKilled: false });
    const bind =
      "couldn't bind to server socket: Permission denied (/run/user/1000/hearth/server/model.sock)";
    expect(containerDeath(said(''), 'enforcing', avc('open', 'file'))).toMatchObject({
      code: 'selinux-denied',
      args: { what: 'file' },
    });
    expect(containerDeath(said(bind), 'enforcing', '').args).toEqual({ what: 'socket' });
    expect(containerDeath(said('/dev/nvidia0: Permission denied'), 'enforcing', '').args).toEqual({
      what: 'device',
    });
    for (const selinux of ['permissive', 'off'] as const)
      expect(containerDeath(said(bind), selinux, '').code).toBe('server-died');
  });
});

describe('a container that does not start', () => {
  it.each([
    // As podman 5.8.6 says it.
    ['Error: localhost/x@sha256:00: image not known', 125, 'image-missing'],
    ['Error: setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all', 126, 'engine-unusable'],
    ['Error: invalid healthcheck-start-period: time: unknown unit "min"', 125, 'container-failed'],
    ['error: failed to load model', 1, 'server-died'],
    ['ggml_backend_cuda_buffer_type_alloc_buffer: cudaMalloc failed: out of memory', 1, 'out-of-memory'],
  ])('%s', (stderrTail, exit, code) => {
    expect(containerDeath({ exit, stderrTail, oomKilled: false }, 'off', '').code).toBe(code);
  });
});

describe('an image that cannot be fetched', () => {
  const source = 'Error: unable to copy from source docker://registry.example/a@sha256:0:';
  it.each([
    // The first two are podman 5.8.6's own words.
    [
      `${source} pinging container registry registry.example: Get "https://registry.example/v2/": dial tcp 192.0.2.1:443: connect: connection refused`,
      'connection-refused',
    ],
    [
      `${source} determining manifest MIME type for docker://registry.example/a: Manifest does not match provided manifest digest sha256:0`,
      'hash-mismatch',
    ],
    [`${source} dial tcp: lookup registry.example: no such host`, 'host-not-found'],
    [`${source} dial tcp: lookup registry.example: Temporary failure in name resolution`, 'host-not-found'],
    [`${source} dial tcp 192.0.2.1:443: connect: network is unreachable`, 'offline'],
    [`${source} x509: certificate signed by unknown authority`, 'tls'],
    [`${source} reading manifest: manifest unknown`, 'publisher-changed'],
    ['Error: writing blob: storing blob to file: write /x: no space left on device', 'no-space'],
    [`${source} reading blob: unexpected EOF`, 'connection-lost'],
    ['Error: something else', 'pull-failed'],
  ])('%s', (said, code) => {
    expect(pullError(said, 'registry.example', 'registry.example/a').code).toBe(code);
  });
});
