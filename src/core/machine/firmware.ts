// SPDX-License-Identifier: GPL-3.0-or-later

import { known, missing, type Known } from '../known.ts';
import type { Look } from '../ports.ts';
import type { FirmwareFacts } from './facts.ts';
import { exists, listNames, readBytes } from './read.ts';

export const efiFolder = '/sys/firmware/efi';
export const efiVariables = `${efiFolder}/efivars`;
/** EFI_GLOBAL_VARIABLE of the UEFI specification. */
const efiGlobal = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
/** Vendor GUID of shim's own variables. */
const shimGuid = '605dab50-e046-4300-abb6-3dd810dd8b23';

export const secureBootVariable = `${efiVariables}/SecureBoot-${efiGlobal}`;
export const setupModeVariable = `${efiVariables}/SetupMode-${efiGlobal}`;

/** An efivarfs file of one byte: four bytes of attributes, then 0 or 1. Null when it is anything else. */
export function parseEfiFlag(bytes: Uint8Array): boolean | null {
  if (bytes.length !== 5) return null;
  const value = bytes[4];
  return value === 0 ? false : value === 1 ? true : null;
}

/** Secure Boot from the bytes of its two variables; SetupMode is optional in old firmware. */
export function secureBootFrom(
  secureBoot: Known<Uint8Array>,
  setupMode: Known<Uint8Array>,
): FirmwareFacts['secureBoot'] {
  if (!secureBoot.known) return secureBoot;
  const on = parseEfiFlag(secureBoot.value);
  if (on === null) return missing('garbled', secureBoot.source);
  if (setupMode.known && parseEfiFlag(setupMode.value) === true) return known('setup', setupMode.source);
  return known(on ? 'on' : 'off', secureBoot.source);
}

export async function observeFirmware(look: Look): Promise<FirmwareFacts> {
  const efi = await exists(look, efiFolder);
  if (!efi.known) return { kind: efi, secureBoot: efi, shim: efi };
  if (!efi.value) return withoutEfi(look);
  const [secureBoot, setupMode, names] = await Promise.all([
    readBytes(look, secureBootVariable, 16),
    readBytes(look, setupModeVariable, 16),
    listNames(look, efiVariables),
  ]);
  return {
    kind: known('uefi', efiFolder),
    secureBoot: withoutVariable(secureBoot, names) ?? secureBootFrom(secureBoot, setupMode),
    shim: names.known ? shimFrom(names.value) : names,
  };
}

/** Firmware that shows its variables and has none for Secure Boot does not know it. Null when that is not the case. */
function withoutVariable(
  secureBoot: Known<Uint8Array>,
  names: Known<readonly string[]>,
): FirmwareFacts['secureBoot'] | null {
  if (secureBoot.known || secureBoot.reason !== 'absent' || !names.known) return null;
  if (names.value.length === 0) return missing('not-told', efiVariables, 'no variables are shown');
  return known('off', efiVariables);
}

/** An empty folder means that efivarfs is not mounted, which tells nothing about shim. */
function shimFrom(names: readonly string[]): Known<boolean> {
  if (names.length === 0) return missing('not-told', efiVariables, 'no variables are shown');
  return known(
    names.some((name) => name.startsWith('MokListRT') && name.endsWith(shimGuid)),
    efiVariables,
  );
}

async function withoutEfi(look: Look): Promise<FirmwareFacts> {
  // Boards with a device tree start without UEFI and without a BIOS; DMI tables belong to a BIOS.
  const [tree, dmi] = await Promise.all([
    exists(look, '/proc/device-tree/compatible'),
    exists(look, '/sys/class/dmi/id'),
  ]);
  const kind: FirmwareFacts['kind'] =
    tree.known && tree.value
      ? known('other', '/proc/device-tree/compatible')
      : dmi.known && dmi.value
        ? known('bios', efiFolder)
        : missing('not-told', efiFolder);
  return {
    kind,
    secureBoot: kind.known ? known('off', efiFolder) : missing('not-told', efiFolder),
    shim: kind.known ? known(false, efiFolder) : missing('not-told', efiFolder),
  };
}
