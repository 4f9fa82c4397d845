// SPDX-License-Identifier: GPL-3.0-or-later

import { _, fill } from './translate.ts';

/**
 * Why a file cannot be used, as the program finds it, in the person's language: the end of a sentence such as
 * “{path} cannot be read as settings: {problem}”. What is not known here, the words of another program, stays as it is.
 */
export function reasonText(reason: string): string {
  for (const text of [reason, `it ${reason}`]) {
    for (const [english, translated] of reasons()) {
      const places = matchPlaces(english, text);
      if (places === null) continue;
      const { why } = places;
      return fill(translated, why === undefined ? places : { ...places, why: reasonText(why) });
    }
  }
  return reason;
}

/** Values of the places of an English template in a text that was made from it, or null. */
function matchPlaces(template: string, text: string): Readonly<Record<string, string>> | null {
  if (!template.includes('{')) return template === text ? {} : null;
  const pattern = template
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{(\w+)\}/g, (_place, name: string) => `(?<${name}>.+?)`);
  return new RegExp(`^${pattern}$`, 's').exec(text)?.groups ?? null;
}

function reasons(): readonly (readonly [english: string, translated: string])[] {
  return [...ofFiles(), ...ofModels(), ...ofSettings(), ...ofArchives()];
}

function ofFiles(): readonly (readonly [string, string])[] {
  return [
    ['it is a folder', _('it is a folder')],
    ['it is not a file', _('it is not a file')],
    ['it is not JSON', _('it is not JSON')],
    [
      'JSON.parse: {what} at line {line} column {column} of the JSON data',
      _('it is not JSON; see line {line}, column {column}'),
    ],
    ['it is not JSON by name', _('it holds no settings by name')],
    ['it cannot be read: {why}', _('it cannot be read: {why}')],
    [
      'the folder is not there; connect the disk it is on, or keep models in another folder',
      _('the folder is not there; connect the disk it is on, or keep models in another folder'),
    ],
  ];
}

function ofModels(): readonly (readonly [string, string])[] {
  return [
    ['it does not begin with GGUF', _('it does not begin as model files do')],
    ['it ends inside its header', _('it ends inside its header')],
    ['its header is too long', _('its header is too long')],
    [
      'it is cut off: {part} of {whole} bytes are there',
      _('it is cut off: {part} of {whole} bytes are there'),
    ],
    [
      'it is in big-endian order, which this computer cannot use',
      _('it was made for another kind of computer (big-endian)'),
    ],
    [
      'it has version {version}; 2 and 3 can be read',
      _('it has version {version} of the format; 2 and 3 can be read'),
    ],
    [
      'it is no projector for pictures: its architecture is not clip',
      _('it is no projector for pictures: its architecture is not clip'),
    ],
    [
      'it has tensors of a type that is not known',
      _('it has tensors of a type that this Hearth does not know'),
    ],
    [
      'it has a tensor of unknown type {type}',
      _('it has a tensor of type {type}, which this Hearth does not know'),
    ],
    ['its list of tensors was not read', _('its list of tensors was not read')],
    ['it names no architecture', _('it does not say what kind of model it is')],
    ['it does not tell its layers', _('it does not say how many layers it has')],
    ['it does not tell its width', _('it does not say how wide its layers are')],
    ['it belongs to another folder', _('it belongs to another folder')],
    ['it is there twice; the first is used', _('it is there twice; the first is used')],
    ['entry "{entry}", {field}: {why}', _('entry “{entry}”, {field}: {why}')],
    ['entry "{entry}": {why}', _('entry “{entry}”: {why}')],
  ];
}

function ofSettings(): readonly (readonly [string, string])[] {
  return [
    ['it cannot be changed without loss', _('it cannot be changed without loss')],
    ['it is larger than 1 MiB', _('it is larger than 1 MiB')],
    ['it is too large', _('it is too large')],
    ['it holds no settings by name', _('it holds no settings by name')],
    ['its references lead nowhere or too far', _('its references lead nowhere or too far')],
    ['the key {name} is there twice', _('the key {name} is there twice')],
    ['the file is a reference', _('the file is a reference')],
    ['the file is not a map', _('the file holds no settings by name')],
    ['the file is in an unusual form', _('the file is written in an unusual form')],
    ['{place} is a reference', _('{place} is a reference')],
    ['{place} is not a map', _('{place} holds no settings by name')],
    ['{place} is in an unusual form', _('{place} is written in an unusual form')],
    ['version {version} is not known', _('version {version} is not known')],
    ['"models" is not a list', _('“models” is not a list')],
    ['is not a key that is known', _('is not a key that is known')],
    ['must be keys with values', _('must be keys with values')],
    ['this Hearth reads format 1', _('this Hearth reads format 1')],
    ['version is missing; it must be 1', _('version is missing; it must be 1')],
    // What the library for YAML says of the mistakes that people make.
    ['Tabs are not allowed as indentation', _('a tab where spaces belong')],
    [
      'All mapping items must start at the same column',
      _('lines that belong together do not begin in the same column'),
    ],
    ['Map keys must be unique', _('a key is there twice')],
    ['Missing closing {quote}quote', _('a quotation mark is missing')],
    [
      'Nested mappings are not allowed in compact mappings',
      _('a colon where none belongs; a text with a colon needs quotation marks'),
    ],
    ['Implicit map keys need to be followed by map values', _('a key without a colon and a value after it')],
    ['Implicit keys need to be on a single line', _('a key without a colon and a value after it')],
  ];
}

function ofArchives(): readonly (readonly [string, string])[] {
  return [
    ['it holds more than {count} files', _('it holds more than {count} files')],
    ['its list of contents makes no sense', _('its list of contents makes no sense')],
    ['{name} is neither a file nor a folder', _('{name} is neither a file nor a folder')],
    ['{name} leads out of it', _('{name} leads out of it')],
    ['it would unpack to more than 1 GiB', _('it would unpack to more than 1 GiB')],
    ['it does not hold one program {name}', _('it does not hold one program {name}')],
    ['it ends in the middle of the program', _('it ends in the middle of the program')],
    ['it cannot be unpacked', _('it cannot be unpacked')],
  ];
}
