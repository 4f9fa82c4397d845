// SPDX-License-Identifier: GPL-3.0-or-later

import * as v from 'valibot';

/**
 * Lists of container images that can serve a model. Hearth's own names RamaLama's images; a distributor or an
 * administrator puts a list beside it that pins them, or names others. What holds:
 *
 * - An image is used by its digest and by nothing else. One without a digest is known and not used, and that is said.
 * - A tag is refused: it can mean another image tomorrow.
 * - Of several lists the later one wins, image by image: first those of the last list.
 */

export const imageDevices = ['cpu', 'vulkan', 'cuda', 'rocm', 'intel'] as const;
/** What an image computes on. */
export type ImageDevice = (typeof imageDevices)[number];

export interface EngineImage {
  readonly devices: readonly ImageDevice[];
  /** Registry and name, without tag and digest: 'quay.io/ramalama/cuda-llama-server'. */
  readonly repository: string;
  /** 'sha256:…', or null while nobody pinned it. */
  readonly digest: string | null;
  /** Bytes to download; null where the list does not say. */
  readonly size: number | null;
  /** As `uname -m` names them. */
  readonly architectures: readonly string[];
}

export interface ImageProblem {
  readonly file: string;
  readonly problem: string;
}

export interface ImageList {
  readonly images: readonly EngineImage[];
  readonly problems: readonly ImageProblem[];
}

export const maxImageListBytes = 256 * 1024;

const imageSchema = v.object({
  devices: v.pipe(v.array(v.picklist(imageDevices)), v.minLength(1), v.maxLength(imageDevices.length)),
  repository: v.pipe(
    v.string(),
    v.maxLength(255),
    // A registry with its name (and port), then lower-case parts: no tag, no digest, no option of a command line.
    v.regex(
      /^[a-z0-9][a-z0-9.-]*(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/,
      'must be a registry and a name, without a tag',
    ),
  ),
  digest: v.nullable(
    v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits')),
  ),
  size: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1))), null),
  architectures: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z0-9_]{1,20}$/))), v.minLength(1)),
});

const listSchema = v.object({
  version: v.literal(1, 'must be 1'),
  images: v.pipe(v.array(v.unknown()), v.maxLength(100)),
});

/** Reads one list. A wrong image costs only itself and is named. */
export function parseImages(text: string, file: string): ImageList {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    return { images: [], problems: [{ file, problem: thrown instanceof Error ? thrown.message : '' }] };
  }
  const list = v.safeParse(listSchema, value);
  if (!list.success) return { images: [], problems: [{ file, problem: told(list.issues[0]) }] };
  const images: EngineImage[] = [];
  const problems: ImageProblem[] = [];
  for (const each of list.output.images) {
    const image = v.safeParse(imageSchema, each);
    if (image.success) images.push(image.output);
    else problems.push({ file, problem: told(image.issues[0]) });
  }
  return { images, problems };
}

/** All lists as one, the first to be used first. */
export function joinImages(lists: readonly ImageList[]): ImageList {
  return {
    images: lists.toReversed().flatMap((list) => list.images),
    problems: lists.flatMap((list) => list.problems),
  };
}

/** What podman is asked for; null while the image is not pinned. */
export function imageReference({ repository, digest }: EngineImage): string | null {
  return digest === null ? null : `${repository}@${digest}`;
}

/** Whether a text names an image by its digest: the only kind that is ever pulled or run. */
export function isPinned(reference: string): boolean {
  return /^[a-z0-9][^\s@]*@sha256:[0-9a-f]{64}$/.test(reference);
}

/** The host that a reference is fetched from; null for what is only on this computer. */
export function registryOf(reference: string): string | null {
  const host = reference.split('/', 1)[0] ?? '';
  return host === 'localhost' ? null : host;
}

/** The first image for one of the devices, in the order of the devices; pinned ones before others. */
export function imageFor(
  images: readonly EngineImage[],
  devices: readonly ImageDevice[],
  architecture: string,
): { readonly image: EngineImage; readonly device: ImageDevice } | null {
  const fitting = devices.flatMap((device) =>
    images
      .filter((image) => image.devices.includes(device) && image.architectures.includes(architecture))
      .map((image) => ({ image, device })),
  );
  return fitting.find(({ image }) => image.digest !== null) ?? fitting[0] ?? null;
}

function told(issue: v.BaseIssue<unknown> | undefined): string {
  if (issue === undefined) return '';
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}
