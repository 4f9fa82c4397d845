// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';
import type { DriverImage } from './types.ts';

/** An image of an image-based system that carries NVIDIA's driver, signed by whoever publishes it. */
export interface ListedImage extends DriverImage {
  /** VARIANT_ID of the systems that it can take the place of. */
  readonly variants: readonly string[];
}

const verified =
  /^(?:ostree-image-signed|ostree-remote-image:[\w-]+):(?:docker|registry):\/\/[\w.-]+(?::\d+)?\/[\w./-]+(?::[\w.{}-]+)?(?:@sha256:[0-9a-f]{64})?$/;

const listSchema = v.object({
  format: v.literal(1),
  images: v.array(
    v.object({
      name: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
      // Only what rpm-ostree verifies. `{version}` stands for the system's version.
      reference: v.pipe(v.string(), v.maxLength(240), v.regex(verified)),
      variants: v.array(v.string()),
      branch: v.picklist(['current', 'legacy-580'] as const),
    }),
  ),
});

/** A list of images, or null where the text is none. */
export function parseImageList(text: string): readonly ListedImage[] | null {
  try {
    const found = v.safeParse(listSchema, JSON.parse(text));
    return found.success ? found.output.images : null;
  } catch {
    return null;
  }
}

/**
 * The images that fit a system, of later lists before those of earlier ones. One that this computer has no signature
 * policy for would be refused by rpm-ostree, so it is not offered.
 */
export function imagesFor(
  listed: readonly ListedImage[],
  system: { readonly variantId: string | null; readonly version: string | null },
  policy: string | null,
): readonly DriverImage[] {
  const { variantId, version } = system;
  if (variantId === null) return [];
  return listed
    .filter(({ variants, reference }) => variants.includes(variantId) && policyVerifies(policy, reference))
    .map(({ name, reference, branch }) => ({
      name,
      reference: reference.replaceAll('{version}', version ?? 'latest'),
      branch,
    }))
    .toReversed();
}

/** Whether containers-policy.json(5) asks for a signature on what an image's name leads to. */
export function policyVerifies(policy: string | null, image: string): boolean {
  if (image.startsWith('ostree-remote-image:')) return true;
  const name = image.split('://')[1]?.replace(/[:@][^/]*$/, '') ?? '';
  let value: unknown;
  try {
    value = JSON.parse(policy ?? '');
  } catch {
    return false;
  }
  const rules = v.safeParse(policySchema, value);
  if (!rules.success) return false;
  const scopes = rules.output.transports?.docker ?? {};
  // The longest scope that the name begins with decides, as containers/image does.
  const parts = name.split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const rule = scopes[parts.slice(0, length).join('/')];
    if (rule !== undefined) return rule.every(({ type }) => type === 'sigstoreSigned' || type === 'signedBy');
  }
  return (rules.output.default ?? []).some(({ type }) => type === 'sigstoreSigned' || type === 'signedBy');
}

const rule = v.array(v.object({ type: v.string() }));
const policySchema = v.object({
  default: v.optional(rule),
  transports: v.optional(v.object({ docker: v.optional(v.record(v.string(), rule)) })),
});
