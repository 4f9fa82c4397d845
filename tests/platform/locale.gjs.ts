// SPDX-License-Identifier: GPL-3.0-or-later

// Numbers, sizes and days as they are written where a person lives: asked of the system in real locales, and read in what
// the terminal says. What is expected was written down from CLDR and glibc, not by this code.

import Gio from 'gi://Gio?version=2.0';
import System from 'system';
import { systemFormats } from '../../src/platform/locale.ts';
import { setFormats, writtenNumber } from '../../src/words/locale.ts';
import { dayText, momentText } from '../../src/words/moment.ts';
import { setTranslator } from '../../src/words/translate.ts';
import { bytes } from '../../src/words/units.ts';
import { readPo } from '../support/po.ts';
import { equal, match, run, temporaryFolder, test } from '../support/tap.ts';

if (System.programArgs[0] === '--say') {
  const formats = systemFormats();
  setFormats(formats);
  const [, language = ''] = System.programArgs;
  if (language !== '') {
    const texts = readPo(`po/${language}.po`);
    const pgettext = (_context: string, text: string): string => texts.get(text) ?? text;
    setTranslator({ gettext: (text) => text, ngettext: (one) => one, pgettext });
    print(JSON.stringify(momentText(Date.UTC(2026, 10, 21, 9, 30))));
    System.exit(0);
  }
  const day = dayText(Date.UTC(2026, 10, 21, 12));
  const { rightToLeft } = formats;
  print(
    JSON.stringify([writtenNumber(1_234_567.5, 1), bytes(5.3e9), writtenNumber(4327, 0), day, rightToLeft]),
  );
  System.exit(0);
}

function output(argv: readonly string[], locale: string, folder = '/nonexistent'): string {
  const launcher = Gio.SubprocessLauncher.new(Gio.SubprocessFlags.STDOUT_PIPE);
  for (const name of ['XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME', 'HOME'])
    launcher.setenv(name, folder, true);
  launcher.setenv('LC_ALL', `${locale}.UTF-8`, true);
  launcher.setenv('TZ', 'UTC', true);
  launcher.unsetenv('LANGUAGE');
  const [, text] = launcher.spawnv([...argv]).communicate_utf8(null, null);
  return text;
}

const said = (locale: string, ...more: readonly string[]): unknown =>
  JSON.parse(output(['gjs', '-m', System.programPath ?? '', '--say', ...more], locale));

test('each locale writes numbers, sizes and days in its own way', () => {
  const thin = '\u202f';
  equal(said('de_DE'), ['1.234.567,5', '5,3 GB', '4327', '21.11.2026', false]);
  equal(said('fr_FR'), [`1${thin}234${thin}567,5`, '5,3 GB', '4327', '21/11/2026', false]);
  equal(said('en_US'), ['1,234,567.5', '5.3 GB', '4327', '11/21/2026', false]);
  equal(said('pt_BR'), ['1.234.567,5', '5,3 GB', '4327', '21/11/2026', false]);
  equal(said('ja_JP'), ['1,234,567.5', '5.3 GB', '4327', '2026年11月21日', false]);
  equal(said('de_CH'), ['1’234’567.5', '5.3 GB', '4327', '21.11.2026', false]);
});

test('each translation writes a day and a time that can be read', () => {
  const moments = {
    ar: ['ar_EG', '\u200f21 نوفمبر 2026، 09:30'],
    cs: ['cs_CZ', '21.11.2026, 09:30'],
    de: ['de_DE', '21.11.2026, 09:30'],
    es: ['es_ES', '21/11/26, 09:30'],
    fr: ['fr_FR', '21/11/2026, 09:30'],
    ja: ['ja_JP', '2026年11月21日 09:30'],
    pt_BR: ['pt_BR', '21/11/2026, 09:30'],
    zh_CN: ['zh_CN', '2026年11月21日 09:30'],
  };
  for (const [language, [locale = '', expected]] of Object.entries(moments))
    equal(said(locale, language), expected, language);
});

test('languages from the right say so, and have their own digits where they use some', () => {
  const [, , , , arabic] = said('ar_EG') as unknown[];
  equal(arabic, true);
  const [number, , whole, , persian] = said('fa_IR') as unknown[];
  match(String(number), /^۱.۲۳۴.۵۶۷.۵$/);
  equal(whole, '۴۳۲۷');
  equal(persian, true);
});

test('the terminal writes them so too', () => {
  const folder = temporaryFolder();
  const argv = ['hearth', 'models', '--machine=data/machines/laptop-rtx4060'];
  const german = output(argv, 'de_DE', folder);
  match(german, /\d,\d GB/);
  equal(/\d\.\d GB/.test(german), false, german);
  const english = output(argv, 'en_US', folder);
  match(english, /\d\.\d GB/);
  equal(/\d,\d GB/.test(english), false, english);
  match(output(argv, 'fr_FR', folder), /\d,\d[\s\u00a0\u202f]Go/);
  // No marks of direction: columns are counted, and few terminals know them.
  equal(/[\u2066-\u2069]/.test(output(argv, 'ar_EG', folder)), false);
});

await run(60_000);
