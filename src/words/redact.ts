// SPDX-License-Identifier: GPL-3.0-or-later

/** Text for a bug report without anybody's name: home folders become `~`. */
export function withoutHomes(text: string): string {
  return text.replace(/\/(?:var\/)?home\/[^/\s:'"”]+/g, '~').replace(/\/root(?=\/|\b)/g, '~');
}
