// SPDX-License-Identifier: GPL-3.0-or-later

import Gio from 'gi://Gio?version=2.0';

/**
 * The first form of each message of a .po file, by its English text without the mark of an access key. Of two that differ
 * only in that mark the one with it counts.
 */
export function readPo(path: string): ReadonlyMap<string, string> {
  const [, bytes] = Gio.File.new_for_path(path).load_contents(null);
  const messages = new Map<string, string>();
  for (const block of new TextDecoder().decode(bytes).split('\n\n')) {
    const [id, text] = [said(block, 'msgid'), said(block, 'msgstr(?:\\[0\\])?')];
    const plain = id.replace('_', '');
    if (!messages.has(plain) || id !== plain) messages.set(plain, text);
  }
  return messages;
}

function said(block: string, keyword: string): string {
  const [, quoted = ''] = new RegExp(`^${keyword} ((?:".*"\\n?)+)`, 'm').exec(block) ?? [];
  return [...quoted.matchAll(/"(.*)"/g)].map(([, part = '']) => JSON.parse(`"${part}"`) as string).join('');
}
