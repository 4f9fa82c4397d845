// SPDX-License-Identifier: GPL-3.0-or-later

// Every page in real translations, as narrow as a phone: Arabic, which is laid out from the right, and German with its long words.
// Whether anything is cut off, and whether a line of Arabic that begins with a name or a
// number is laid out as Arabic.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import { fullScenes } from '../support/scenes.ts';
import { assert, equal, run, temporaryFolder, test } from '../support/tap.ts';
import { complaints, direct, look, type SceneLayout } from '../support/ways.ts';
import { compileResources } from '../support/window-resources.ts';
import { windowStage } from '../support/window-stage.ts';

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await windowStage(file));
if (mode === '--direct') {
  direct(file, fullScenes);
  System.exit(0);
}

const folder = temporaryFolder();
const resources = compileResources(folder);

function translated(language: string, locale: string): readonly SceneLayout[] {
  const messages = `${folder}/locale/${language}/LC_MESSAGES`;
  GLib.mkdir_with_parents(messages, 0o755);
  const argv = ['msgfmt', '-o', `${messages}/hearth.mo`, `po/${language}.po`];
  Gio.Subprocess.new(argv, Gio.SubprocessFlags.NONE).wait_check(null);
  const speaks = { LC_ALL: `${locale}.UTF-8`, HEARTH_STAGE_LOCALES: `${folder}/locale` };
  const way = { ...speaks, HEARTH_STAGE_SIZE: '360x640' };
  const seen = look(resources, '--direct', way, fullScenes.length);
  const texts = seen.flatMap((layout) => layout.texts);
  const own = { ar: /[\u0600-\u06ff]/u, de: /[äöüß]/u }[language] ?? /^$/;
  assert(texts.filter((text) => own.test(text)).length > 300, `${language} is spoken`);
  return seen;
}

function fits(seen: readonly SceneLayout[]): void {
  const found = complaints(seen, ({ cut, sideways, width }) => [
    ...cut,
    ...sideways,
    ...(width > 360 ? [`the window is ${width} wide`] : []),
  ]);
  equal(found, []);
}

test('Arabic fits, and is laid out from the right whatever a line begins with', () => {
  const seen = translated('ar', 'ar_EG');
  fits(seen);
  const wrong = complaints(seen, ({ texts }) =>
    texts
      .flatMap((text) => text.split('\n'))
      .filter((line) => /[\u0621-\u064a]/u.test(line) && /^[^\u0590-\u08ff\u200f]*[A-Za-z]/u.test(line)),
  );
  equal(wrong, []);
});

test('German fits', () => fits(translated('de', 'de_DE')));

await run(280_000);
