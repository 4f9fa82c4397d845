// SPDX-License-Identifier: GPL-3.0-or-later

/** Names that are the same in every language, and words that belong to the toolkit, which speaks no pseudo-locale. */
const names =
  /\b(Hearth|Goose|Podman( Desktop)?|AI Lab|Podman AI Lab|Flatpak|Flathub|Ollama|LM Studio|RamaLama|Alpaca|Newelle|Zed|VS Code|llama-server|llama\.cpp|NVIDIA|AMD|Intel|UEFI|BIOS|Vulkan|IBM|GB|MB|kB|Ctrl|Alt|Shift|Enter|Escape|Tab|F\d+)\b/g;

/** What is typed or read by programs: addresses, paths, commands, hashes, versions. */
const machine =
  /(https?:\/\/\S+|(~|\.{0,2})\/[\w./{}~-]+|\b[\w-]+(\.[\w-]+)+\b|\b(hearth|sudo|podman|systemctl|cat) .*|\b[0-9a-f]{16,}\b|\b[A-Z]+_[A-Z_]+\b|\b\w+=\S+)/g;

/**
 * The words of a text in the pseudo-locale that never went through translation, or an empty text. `data` is what the
 * made-up state brings along: names of models, cards, files.
 */
export function unmarkedWords(text: string, data: readonly string[]): string {
  let rest = text;
  for (const each of data) if (rest.includes(each)) rest = rest.split(each).join(' ');
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replace(/\[[^[\]]*\]/g, ' ');
  }
  rest = rest.replace(machine, ' ').replace(names, ' ');
  return /\p{L}{3,}/u.test(rest) ? rest.replace(/\s+/g, ' ').trim() : '';
}

/** All texts of a value, however deep, the longest first. */
export function textsIn(value: unknown): readonly string[] {
  const found = new Set<string>();
  const visit = (each: unknown): void => {
    if (typeof each === 'string') {
      // A short word of lower-case letters is a code, and may be part of any sentence.
      if (each.length > 2 && !/^[a-z-]{1,12}$/.test(each)) found.add(each);
    } else if (Array.isArray(each)) each.forEach(visit);
    else if (each !== null && typeof each === 'object') Object.values(each).forEach(visit);
  };
  visit(value);
  return [...found].toSorted((a, b) => b.length - a.length);
}
