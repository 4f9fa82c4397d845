// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Licences that a model may carry to be listed: approved by the Open Source Initiative, by SPDX identifier
 * (opensource.org/licenses, the ones met on models or likely to be). Terms with limits of use or revenue are not
 * among them, whatever a page calls them.
 */
const approved: ReadonlySet<string> = new Set([
  '0BSD',
  'AGPL-3.0-only',
  'AGPL-3.0-or-later',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BSL-1.0',
  'ECL-2.0',
  'EUPL-1.2',
  'GPL-2.0-only',
  'GPL-2.0-or-later',
  'GPL-3.0-only',
  'GPL-3.0-or-later',
  'ISC',
  'LGPL-3.0-only',
  'LGPL-3.0-or-later',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'UPL-1.0',
  'Zlib',
]);

export function isOsiApproved(spdx: string): boolean {
  return approved.has(spdx);
}
