// SPDX-License-Identifier: GPL-3.0-or-later

// What each bundle pulled in, from the record that esbuild keeps: the arrows between the rooms hold in what is shipped,
// not only in what is written. TAP on standard output.

import { readFileSync } from 'node:fs';

const gtk = /^gi:\/\/(Gtk|Adw|Gdk|Gsk)\b/;
/** What the root service has no business with: an interface, the network. */
const root = /^gi:\/\/(Gtk|Adw|Gdk|Gsk|Soup)\b/;
const any = /./;
/** Room: what its files may import of the sources, and which outside modules they may not. */
const rooms = {
  core: { may: ['core'], vendored: true, never: any },
  words: { may: ['core', 'words'], never: any },
  engine: { may: ['core', 'words', 'engine'], vendored: true, never: any },
  platform: { may: ['core', 'platform'], vendored: true, never: gtk },
  compose: { may: ['core', 'engine', 'platform', 'compose'], never: gtk },
  ui: { may: ['core', 'words', 'engine', 'ui'] },
  app: { may: ['core', 'words', 'engine', 'ui', 'app'] },
  cli: { may: ['core', 'words', 'engine', 'cli'], vendored: true, never: gtk },
  mechanism: { may: ['core', 'platform', 'mechanism'], vendored: true, never: root },
  search: { may: ['core', 'words', 'engine', 'search'], never: gtk },
};
const roots = {
  'src/app/main.ts': ['core', 'words', 'engine', 'ui', 'app', 'compose', 'platform'],
  'src/cli/main.ts': ['core', 'words', 'engine', 'cli', 'compose', 'platform'],
  'src/search/main.ts': ['core', 'words', 'engine', 'search', 'compose', 'platform'],
};

const { inputs, outputs } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let count = 0;
function report(name, problems) {
  count += 1;
  console.log(`${problems.length === 0 ? 'ok' : 'not ok'} ${count} - ${name}`);
  for (const problem of problems) console.log(`  # ${problem}`);
}

for (const [room, rule] of Object.entries(rooms)) {
  const problems = [];
  for (const [path, input] of Object.entries(inputs)) {
    if (!path.startsWith(`src/${room}/`)) continue;
    const may = roots[path] ?? rule.may;
    for (const { path: target, external } of input.imports) {
      if (external) {
        if (rule.never?.test(target)) problems.push(`${path} loads ${target}`);
      } else if (target.startsWith('third_party/')) {
        if (!rule.vendored && roots[path] === undefined) problems.push(`${path} loads ${target}`);
      } else if (!may.includes(target.split('/')[1]) && !target.startsWith('data/dbus/')) {
        problems.push(`${path} loads ${target}`);
      }
    }
  }
  report(`bundles: src/${room} keeps to its arrows`, problems);
}

/** Outside modules of a bundle and of all parts that it loads, at once or later. */
function loadedBy(path, seen = new Set()) {
  if (seen.has(path)) return [];
  seen.add(path);
  return outputs[path].imports.flatMap((part) => (part.external ? [part.path] : loadedBy(part.path, seen)));
}
for (const [name, bundle, never] of [
  ['the terminal never loads GTK', 'cli', gtk],
  ['the root service loads neither GTK nor a network', 'mechanism', root],
  ['the search provider never loads GTK', 'search', gtk],
]) {
  const path = Object.keys(outputs).find((one) => one.endsWith(`/${bundle}.js`));
  const loaded = path === undefined ? [`no ${bundle}.js`] : loadedBy(path).filter((one) => never.test(one));
  report(`bundles: ${name}`, loaded);
}
console.log(`1..${count}`);
