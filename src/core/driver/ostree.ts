// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import type { PackageProgress } from './packages.ts';

/** What `rpm-ostree` said when it failed; in the C locale it begins with 'error: '. */
export function ostreeError(text: string, names: readonly string[]): HearthError {
  const options = { detail: text.trim() };
  const about: Record<string, string> = names[0] === undefined ? {} : { package: names[0] };
  const missing = /Packages not found: ([^,\s]+)/i.exec(text)?.[1];
  if (missing !== undefined) return new HearthError('package-missing', { package: missing }, options);
  if (/Transaction in progress|Unable to acquire .*lock|currently being used/i.test(text))
    return new HearthError('packages-busy', {}, options);
  if (/not authorized|AccessDenied|interactive authentication/i.test(text)) {
    const dismissed = /dismiss|cancel/i.test(text);
    const agent = /no agent|interactive authentication required/i.test(text);
    return new HearthError(
      dismissed ? 'permission-dismissed' : agent ? 'no-agent' : 'permission-denied',
      {},
      options,
    );
  }
  if (/No space left|would be exceeded|min-free-space/i.test(text))
    return new HearthError('no-space', {}, options);
  if (/signature|policy|GPG|insecureAcceptAnything/i.test(text))
    return new HearthError('package-untrusted', {}, options);
  if (/Could not depsolve|Problem:|conflict|nothing provides|cannot install/i.test(text))
    return new HearthError('package-conflict', about, options);
  if (
    /Curl error|resolve host|timed? ?out|pinging container registry|no such host|connection refused|mirrors/i.test(
      text,
    )
  )
    return new HearthError('offline', {}, options);
  if (/Transaction .*cancelled|Operation was cancelled/i.test(text))
    return new HearthError('cancelled', {}, options);
  return new HearthError('packages-failed', {}, options);
}

/** A line of progress, where it tells any: 'Fetching ostree chunk 3/65', '⠒ Receiving objects: 42% (…)'. */
export function ostreeProgress(line: string): PackageProgress | null {
  const percent = /(?:Receiving|Writing|Downloading|Importing)[^%]*?(\d{1,3})%/i.exec(line)?.[1];
  if (percent !== undefined)
    return { phase: 'downloading', done: null, total: null, part: Math.min(100, Number(percent)) / 100 };
  const chunk = /(?:Fetching|Layers|chunk|layer)\D*(\d{1,4})\s*(?:\/|of)\s*(\d{1,4})/i.exec(line);
  if (chunk !== null) {
    const total = Number(chunk[2]);
    return {
      phase: 'downloading',
      done: null,
      total: null,
      part: total === 0 ? null : Number(chunk[1]) / total,
    };
  }
  if (/^(Checking out|Running|Writing OSTree|Staging|Resolving|Applying)/i.test(line.trim()))
    return { phase: 'working', done: null, total: null, part: null };
  return null;
}

/** Reference of the image (or the branch) that runs, from `rpm-ostree status --json`; null where it tells none. */
export function bootedReference(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const deployments = (value as { deployments?: unknown } | null)?.deployments;
  if (!Array.isArray(deployments)) return null;
  const booted = deployments.find((each) => (each as { booted?: unknown } | null)?.booted === true) as
    Record<string, unknown> | undefined;
  const reference = booted?.['container-image-reference'] ?? booted?.['origin'];
  return typeof reference === 'string' && reference !== '' ? reference : null;
}
