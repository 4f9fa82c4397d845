// SPDX-License-Identifier: GPL-3.0-or-later

import type { Known } from '../known.ts';
import type { Look } from '../ports.ts';
import type { SystemFacts, Variant } from './facts.ts';
import { exists, missingUnless, plainText, readText } from './read.ts';

/** Marks of an image-based system, apart from os-release. */
export interface ImageMarks {
  /** /run/ostree-booted is there: the root came from OSTree or a bootc image. */
  readonly ostreeBooted: boolean;
  /** image-name in Universal Blue's image-info.json, e.g. 'bazzite-nvidia-open'. */
  readonly imageName: string | null;
}

const imageVariants: ReadonlySet<string | null> = new Set(
  'silverblue kinoite sericea sway-atomic onyx budgie-atomic cosmic-atomic coreos iot bazzite bluefin aurora'.split(
    ' ',
  ),
);

/** os-release(5): KEY=value lines, quoted like in a shell. Lines that are not that are skipped. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n', 400)) {
    const match = /^\s*([A-Z][A-Z0-9_]*)=(.*?)\s*$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) values.set(match[1], unquote(match[2]));
  }
  return values;
}

function unquote(value: string): string {
  const single = /^'([^']*)'$/.exec(value);
  if (single?.[1] !== undefined) return single[1];
  const double = /^"(.*)"$/.exec(value);
  return double?.[1] === undefined ? value : double[1].replace(/\\([\\"$`])/g, '$1');
}

/** System facts from os-release and the marks of an image; null when the text names no system. */
export function systemFacts(osRelease: string, marks: ImageMarks): SystemFacts | null {
  const values = parseOsRelease(osRelease);
  const id = values.get('ID')?.toLowerCase();
  if (id === undefined || !/^[a-z0-9._-]+$/.test(id)) return null;
  const idLike = (values.get('ID_LIKE') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const variantId = plainText(values.get('VARIANT_ID') ?? '') || null;
  const image =
    marks.ostreeBooted ||
    marks.imageName !== null ||
    values.has('OSTREE_VERSION') ||
    imageVariants.has(variantId);
  return {
    id,
    idLike,
    prettyName: plainText(values.get('PRETTY_NAME') || values.get('NAME') || id) || id,
    version: plainText(values.get('VERSION_ID') ?? '') || null,
    variantId,
    variant: variantOf(id, idLike, image),
    image,
  };
}

function variantOf(id: string, idLike: readonly string[], image: boolean): Variant {
  if (image) return 'atomic';
  const family = [id, ...idLike];
  if (id === 'fedora' || family.includes('fedora')) return 'workstation';
  if (family.includes('ubuntu')) return 'ubuntu';
  return family.includes('debian') ? 'debian' : 'other';
}

/** Universal Blue's /usr/share/ublue-os/image-info.json; null when it says nothing. */
export function parseImageInfo(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('image-name' in value)) return null;
    const name = value['image-name'];
    return typeof name === 'string' && name !== '' ? name : null;
  } catch {
    return null;
  }
}

export async function observeSystem(look: Look): Promise<Known<SystemFacts>> {
  const [etc, booted, imageInfo] = await Promise.all([
    readText(look, '/etc/os-release'),
    exists(look, '/run/ostree-booted'),
    readText(look, '/usr/share/ublue-os/image-info.json'),
  ]);
  // /etc/os-release may be gone; the vendor's copy is what it points to.
  const osRelease = etc.known ? etc : await readText(look, '/usr/lib/os-release');
  if (!osRelease.known) return osRelease;
  const marks = {
    ostreeBooted: booted.known && booted.value,
    imageName: imageInfo.known ? parseImageInfo(imageInfo.value) : null,
  };
  return missingUnless(systemFacts(osRelease.value, marks), osRelease.source);
}
