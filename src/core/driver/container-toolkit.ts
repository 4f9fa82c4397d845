// SPDX-License-Identifier: GPL-3.0-or-later

// What describes cards to containers (`nvidia-ctk`). NVIDIA's own repositories have it under NVIDIA's name, for rpm and deb
// alike; Fedora's has a build of its own under another, which owns the same files: never both.
// Sources: docs.nvidia.com/datacenter/cloud-native/container-toolkit, packages.fedoraproject.org (1.17.4 in Fedora 41 to 44).

export const containerToolkit = 'nvidia-container-toolkit';
const ofFedora = 'golang-github-nvidia-container-toolkit';
/** The repository file that NVIDIA publishes has this id. */
export const containerRepository = 'nvidia-container-toolkit';

interface Sources {
  readonly installed: ReadonlySet<string>;
  readonly available: ReadonlySet<string>;
  readonly hosts: Readonly<Record<string, readonly string[]>>;
}

/** Names to ask the package service about, so that `missingPackages` can choose. */
export function namesToLookFor(names: readonly string[]): readonly string[] {
  return names.includes(containerToolkit) ? [...names, ofFedora] : names;
}

/**
 * Of packages that are wanted, those to install. The driver works without the container toolkit: where no source has it, it
 * is left out.
 * @param blind whether the service cannot say what its sources have, as rpm-ostree cannot
 */
export function missingPackages(
  names: readonly string[],
  { installed, available, hosts }: Sources,
  blind: boolean,
): readonly string[] {
  const nvidias = blind ? hosts[containerRepository] !== undefined : available.has(containerToolkit);
  return names.flatMap((name) => {
    if (name !== containerToolkit) return installed.has(name) ? [] : [name];
    if (installed.has(name) || installed.has(ofFedora)) return [];
    if (nvidias) return [name];
    return available.has(ofFedora) ? [ofFedora] : [];
  });
}
