// SPDX-License-Identifier: GPL-3.0-or-later

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What translators and their tools get wrong, each in a file of its own, against a small template.

const pot = `
#: data/ui/a.blp:1
msgid "_Ask the Model…"
msgstr ""

#: src/words/a.ts:1
msgid "{count} of {all} is done."
msgid_plural "{count} of {all} are done."
msgstr[0] ""
msgstr[1] ""

#: src/words/a.ts:2
msgid "“hearth undo {plan}” takes it back."
msgstr ""
`;
// In two parts, or it would be read as this file's own.
const licence = '# SPDX-License-' + 'Identifier: GPL-3.0-or-later';
const head = `${licence}
msgid ""
msgstr ""
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=n != 1;\\n"

`;
const right = `msgid "_Ask the Model…"
msgstr "Modell _fragen …"

msgid "{count} of {all} is done."
msgid_plural "{count} of {all} are done."
msgstr[0] "Eines von {all} ist fertig."
msgstr[1] "{count} von {all} sind fertig."

msgid "“hearth undo {plan}” takes it back."
msgstr "„hearth undo {plan}“ nimmt es zurück."
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-po-'));
  mkdirSync(join(folder, 'po'));
  for (const name of ['po', 'po-check', 'pseudo-locale'])
    cpSync(`build-aux/${name}`, join(folder, 'build-aux', name), { recursive: true });
  writeFileSync(join(folder, 'po/LINGUAS'), 'de\n');
  writeFileSync(join(folder, 'hearth.pot'), pot);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(text: string): { readonly status: number | null; readonly said: string } {
  writeFileSync(join(folder, 'po/de.po'), text);
  const { status, stdout } = spawnSync(join(folder, 'build-aux/po-check'), [join(folder, 'hearth.pot')], {
    encoding: 'utf8',
  });
  return { status, said: stdout };
}

test('a translation that is whole passes', () => {
  expect(check(head + right)).toEqual({ status: 0, said: 'ok - po: de is whole and fits (3 messages)\n' });
});

test.each([
  ['a place that is gone', '{count} von {all} sind', '{count} von allen sind', 'places differ'],
  ['an access key that is gone', 'Modell _fragen', 'Modell fragen', 'lost its access key'],
  ['an ellipsis that is gone', '_fragen …', '_fragen', 'ellipsis at the end differs'],
  ['a full stop that is gone', 'sind fertig."', 'sind fertig"', 'full stop at the end differs'],
  [
    'a command that was translated',
    '„hearth undo',
    '„hearth rückgängig',
    'changed what is typed: hearth undo',
  ],
  ['an empty text', '„hearth undo {plan}“ nimmt es zurück.', '', 'is not translated'],
  ['a text that may be wrong', 'msgid "_Ask', '#, fuzzy\nmsgid "_Ask', 'is fuzzy'],
  [
    'a text of an earlier version',
    'msgid "_Ask the Model…"',
    'msgid "_Ask It…"',
    'is not in the program any more',
  ],
  ['a plural form too few', 'msgstr[1] "{count} von {all} sind fertig."\n', '', 'plural form'],
  ['a licence that is gone', licence, '# by somebody', 'names no licence'],
])('%s is told', (_name, from, to, told) => {
  const text = (head + right).replace(from, to);
  expect(text).not.toBe(head + right);
  const { status, said } = check(text);
  expect([status, said.startsWith('not ok')]).toEqual([1, true]);
  expect(said).toContain(told);
});

test('the pseudo-locale keeps what programs read and brackets the rest', () => {
  const said = execFileSync(join(folder, 'build-aux/pseudo-locale'), [join(folder, 'hearth.pot')], {
    encoding: 'utf8',
  });
  expect(said).toContain('msgstr "[_Ašķ ţĥé Möđéļ…');
  expect(said).toMatch(/msgstr\[1\] "\[\{count\} öf \{all\} åŕé đöñé\..*\]"/);
  const texts = [...said.matchAll(/^msgstr(?:\[\d\])? "(\[.*\])"$/gm)].map(([, text = '']) => text);
  expect(texts).toHaveLength(4);
  expect(texts[0]?.length).toBeGreaterThan('_Ask the Model…'.length * 1.4);
});
