// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import { isPinned } from '../server/images.ts';

/**
 * Which image AI Lab's extension is taken from, out of the same lists as other tools. It is known by its digest alone; a
 * list that pins none leaves the extension to Podman Desktop's own catalogue. Of several lists the later one wins.
 */
const extensionSchema = v.object({
  id: v.literal('redhat.ai-lab'),
  version: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/)),
  image: v.nullable(v.pipe(v.string(), v.maxLength(400), v.check(isPinned))),
  /** Bytes to download; null where nobody says. */
  size: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1))), null),
});

const listSchema = v.object({ version: v.literal(1), extensions: v.array(v.unknown()) });

export interface ExtensionOffer {
  readonly version: string;
  readonly image: string;
  readonly size: number | null;
}

/** What the lists, in their order, pin. An entry without sense costs itself. */
export function extensionOffer(lists: readonly string[]): ExtensionOffer | null {
  let offer: ExtensionOffer | null = null;
  for (const list of lists) {
    const parsed = v.safeParse(listSchema, tryJson(list));
    if (!parsed.success) continue;
    for (const candidate of parsed.output.extensions) {
      const extension = v.safeParse(extensionSchema, candidate);
      if (!extension.success) continue;
      const { image, version, size } = extension.output;
      offer = image === null ? null : { image, version, size };
    }
  }
  return offer;
}

/** The folder that Podman Desktop unpacks an extension's image to: its name without tag and digest, letters and digits. */
export function pluginFolder(image: string): string {
  const name = image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  return name.replace(/[^A-Za-z0-9]/g, '');
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
