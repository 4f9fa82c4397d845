// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import { deathError, type Death } from './death.ts';
import type { Selinux } from '../machine/facts.ts';

/** What SELinux kept the container from: the folder of the socket, a file, or a device. */
export type DeniedWhat = 'socket' | 'file' | 'device';

/** The last refusal to llama-server in lines of the audit log; null when there is none. */
export function parseDenial(audit: string): DeniedWhat | null {
  const lines = audit
    .split('\n')
    .filter((line) => /\bavc:\s+denied\b/.test(line) && line.includes('comm="llama-server"'));
  const kind = /\btclass=(\w+)/.exec(lines.at(-1) ?? '')?.[1];
  if (kind === undefined) return null;
  if (kind === 'chr_file') return 'device';
  return ['sock_file', 'unix_stream_socket', 'dir'].includes(kind) ? 'socket' : 'file';
}

/**
 * Why a container ended by itself or did not start. podman says 125 for its own failures; anything else is the
 * server's own status.
 *
 * @param audit lines of the audit log from that time, as far as they can be read
 */
export function containerDeath(death: Death, selinux: Selinux, audit: string): HearthError {
  const { exit, stderrTail } = death;
  const detail = stderrTail.trim().slice(-4000);
  const denied = parseDenial(audit);
  // Without the audit log, which not everybody may read, the server's own words have to do.
  if (selinux === 'enforcing' && (denied !== null || /permission denied|EACCES/i.test(stderrTail)))
    return new HearthError('selinux-denied', { what: denied ?? deniedBy(stderrTail) }, { detail });
  if (/image not known|no such image/i.test(stderrTail))
    return new HearthError('image-missing', {}, { detail });
  if (/unresolvable CDI devices|CDI device injection/i.test(stderrTail))
    return new HearthError('engine-unusable', { because: 'no-cdi' }, { detail });
  if (exit === 125 || exit === 126 || exit === 127)
    return new HearthError('container-failed', { exit }, { detail });
  return deathError(death);
}

function deniedBy(text: string): DeniedWhat {
  const line = text.split('\n').findLast((each) => /permission denied|EACCES/i.test(each)) ?? '';
  if (/\/dev\//.test(line)) return 'device';
  return /bind|socket|\.sock/i.test(line) ? 'socket' : 'file';
}

/** Why podman could not fetch an image, from what it said (in English). */
export function pullError(said: string, host: string, image: string): HearthError {
  const detail = said.trim().split('\n').slice(-5).join('\n').slice(-2000);
  const error = (code: ConstructorParameters<typeof HearthError>[0], args = {}): HearthError =>
    new HearthError(code, { host, ...args }, { detail });
  if (/no space left on device|disk quota exceeded/i.test(said))
    return new HearthError('no-space', {}, { detail });
  if (/network is unreachable/i.test(said)) return error('offline');
  if (/no such host|name resolution|server misbehaving/i.test(said)) return error('host-not-found');
  if (/connection refused/i.test(said)) return error('connection-refused');
  if (/x509:|tls: /i.test(said)) return error('tls');
  if (/does not match provided manifest digest|digest did not match|invalid checksum/i.test(said))
    return error('hash-mismatch');
  if (/manifest unknown|name unknown|repository .* not found|unauthorized|denied: /i.test(said))
    return new HearthError('publisher-changed', { name: image }, { detail });
  if (/unexpected EOF|connection reset|i\/o timeout|timeout/i.test(said)) return error('connection-lost');
  return error('pull-failed');
}
