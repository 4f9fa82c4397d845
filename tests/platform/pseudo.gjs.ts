// SPDX-License-Identifier: GPL-3.0-or-later

// Every page of the window in the pseudo-locale, wide and as narrow as a phone: a text without brackets was never marked
// for translation; one that is cut off or lies outside the window would be so in any language that needs more room.

import Gio from 'gi://Gio?version=2.0';
import GLib from 'gi://GLib?version=2.0';
import System from 'system';
import { fixtureProof, openProof } from '../support/fixture-proof.ts';
import { gpuName } from '../../src/words/gpu.ts';
import { driverSights } from '../support/driver-sights.ts';
import { fixtureVendor } from '../support/fixture-vendor.ts';
import { fixtureState, stateNames } from '../support/fixture-states.ts';
import { clashes } from '../support/mnemonics.ts';
import { everyScene, fullScenes } from '../support/scenes.ts';
import { equal, run, temporaryFolder, test } from '../support/tap.ts';
import { textsIn, unmarkedWords } from '../support/unmarked.ts';
import { complaints, direct, look, type SceneLayout } from '../support/ways.ts';
import { compileResources } from '../support/window-resources.ts';
import { windowStage } from '../support/window-stage.ts';

const [mode, file = ''] = System.programArgs;
if (mode === '--window') System.exit(await windowStage(file));
if (mode === '--direct' || mode === '--few') {
  direct(file, mode === '--few' ? fullScenes : everyScene);
  System.exit(0);
}

/** Makes the pseudo-locale from the sources. Returns the folder of translations. */
function pseudoLocale(folder: string): string {
  const messages = `${folder}/locale/en_XA/LC_MESSAGES`;
  GLib.mkdir_with_parents(messages, 0o755);
  const script = `build-aux/pot "$1/hearth.pot" && build-aux/pseudo-locale "$1/hearth.pot" > "$1/en_XA.po" &&
    msgfmt --check -o "$1/locale/en_XA/LC_MESSAGES/hearth.mo" "$1/en_XA.po"`;
  Gio.Subprocess.new(['sh', '-c', script, 'sh', folder], Gio.SubprocessFlags.NONE).wait_check(null);
  return `${folder}/locale`;
}

const folder = temporaryFolder();
const resources = compileResources(folder);
const speaks = { LANGUAGE: 'en_XA', LC_ALL: 'en_US.UTF-8', HEARTH_STAGE_LOCALES: pseudoLocale(folder) };
let wide: readonly SceneLayout[] = [];
let narrow: readonly SceneLayout[] = [];

// The toolkit's own dialog and its own words on other surfaces.
const toolkit =
  /^(Back|Close|Clear Entry|Search|Search shortcuts|Increase|Decrease|Keyboard Shortcuts|Copy)$/;

test('every page opens in the pseudo-locale, wide and narrow', () => {
  wide = look(resources, '--direct', speaks, everyScene.length);
  narrow = look(resources, '--few', { ...speaks, HEARTH_STAGE_SIZE: '360x640' }, fullScenes.length);
});

test('the pseudo-locale is in use', () => {
  const texts = new Set(wide.flatMap(({ texts }) => texts));
  equal([...texts].filter((text) => text.startsWith('[')).length > 400, true, `${texts.size} texts`);
});

test('no text is without its mark for translation', () => {
  const [, bytes] = Gio.File.new_for_path('data/catalogue/hearth.json').load_contents(null);
  const catalogue = new TextDecoder().decode(bytes);
  const states = stateNames.map((name) => fixtureState(name, catalogue));
  const cards = states.flatMap(({ machine }) => (machine?.gpus.known === true ? machine.gpus.value : []));
  const data = textsIn([
    ...states,
    ...cards.map(gpuName),
    // Names of packages, and what a distributor says in words of its own.
    ...Object.values(driverSights).map((sight) => sight()),
    fixtureVendor,
    // What was read stands beside what it means, as it was.
    ...[openProof(), fixtureProof(true), fixtureProof(false)].map(({ checks }) =>
      checks.flatMap(({ evidence }) => evidence.flatMap(({ raw }) => raw.split('\n'))),
    ),
    'What is a local model?',
  ]);
  const found = complaints(
    wide.filter(({ scene }) => !scene.endsWith('+about')),
    ({ texts }) =>
      texts
        .filter((text) => !toolkit.test(text))
        .map((text) => unmarkedWords(text, data))
        .filter((text) => text !== ''),
  );
  equal(found, []);
});

test('no text is cut off', () => {
  equal(
    complaints(wide, ({ cut }) => cut),
    [],
  );
});

test('access keys differ, whatever letters a translator leaves', () => {
  equal(complaints(wide, clashes), []);
});

test('nor as narrow as a phone, where nothing has to be scrolled sideways', () => {
  const found = complaints(narrow, ({ cut, sideways, width }) => [
    ...cut,
    ...sideways,
    ...(width > 360 ? [`the window is ${width} wide`] : []),
  ]);
  equal(found, []);
});

await run(280_000);
