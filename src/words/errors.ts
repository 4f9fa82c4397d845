// SPDX-License-Identifier: GPL-3.0-or-later

import type { ErrorArgs, ErrorCode, ErrorValue } from '../core/errors.ts';
import type { WrongFolder } from '../core/models/folder.ts';
import type { WrongKind } from '../core/models/own.ts';
import { parseMissing } from '../core/server/choose.ts';
import { wrongFolderWords } from './folder.ts';
import { wrongKindWords } from './own.ts';
import { engineErrorWords } from './engine.ts';
import { driverTellings } from './driver-errors.ts';
import { driverStandingWords } from './driver-standing.ts';
import { lockedWords, vendorTellings } from './vendor-errors.ts';
import { engineTellings, type Telling } from './engine-errors.ts';
import { firewallTellings } from './firewall-errors.ts';
import { gooseTellings } from './goose-errors.ts';
import { mechanismErrorWords } from './obstacles.ts';
import { installHint, missingSentence } from './server.ts';
import { bytes, duration } from './units.ts';
import { reasonText } from './reasons.ts';
import { ended } from './joined.ts';
import { _, fill } from './translate.ts';

export interface ErrorWords {
  /** What happened. */
  readonly sentence: string;
  /** What to do about it; empty when there is nothing to do. */
  readonly next: string;
}

const again = (): string => _('Try again.');
const nothing = (): string => '';

const tellings: Readonly<Record<ErrorCode, Telling>> = {
  cancelled: {
    sentences: () => [_('Stopped. What was already there is kept.')],
    next: nothing,
  },
  unexpected: {
    sentences: () => [_('Something happened that Hearth does not know.')],
    next: () => _('Try again. If it happens again, copy the details and report them.'),
  },
  usage: {
    sentences: () => [_('This was not understood: {text}'), _('This was not understood.')],
    next: () => _('See the help for what can be asked for.'),
  },
  'not-found': {
    sentences: () => [
      _('{path} does not exist.'),
      _('{url} was not found.'),
      _('{name} was not found.'),
      _('Something that is needed was not found.'),
    ],
    next: () => _('Look again, then try once more.'),
  },
  denied: {
    sentences: () => [
      _('No permission for {path}.'),
      _('Contacting {url} is not allowed.'),
      _('Permission was denied.'),
    ],
    next: () => _('Check who owns it and what its permissions are.'),
  },
  exists: {
    sentences: () => [_('{path} is already there.'), _('It is already there.')],
    next: () => _('Move it away or choose another place. Hearth does not overwrite it.'),
  },
  'no-space': {
    sentences: () => [
      _(
        'Not enough space at {path}: with the downloads under way {together} more are needed, {free} are free.',
      ),
      _('Not enough space at {path}: {needed} needed, {free} free.'),
      _('Not enough disk space: {needed} needed, {free} free.'),
      _('The disk is full: {missing} more needed.'),
      _('The disk with {path} is full.'),
      _('The disk is full.'),
    ],
    next: () => _('Free some space, or choose a smaller model. What was already downloaded is kept.'),
  },
  io: {
    sentences: () => [_('Reading or writing {path} failed.'), _('Reading or writing a file failed.')],
    next: () => _('Check that the disk is healthy and connected, then try again.'),
  },
  'not-text': {
    sentences: () => [_('{path} is not text.'), _('A file that should be text is not.')],
    next: () => _('Put back a text file, or move this one away.'),
  },
  'too-large': {
    sentences: () => [
      _('{path} is larger than the {limit} that Hearth reads.'),
      _('{path} is larger than what Hearth reads.'),
      _('The answer of {url} is larger than what Hearth reads.'),
      _('Something is larger than what Hearth reads.'),
    ],
    next: () => _('Check that it is the right one.'),
  },
  'changed-since': {
    sentences: () => [
      _('{path} was changed since Hearth looked at it, so it was left alone.'),
      _('A file was changed since Hearth looked at it, so it was left alone.'),
    ],
    next: () => _('Look at the plan again: it will start from the file as it is now.'),
  },
  'command-missing': {
    sentences: () => [
      _('The program {command} is not installed.'),
      _('A program that is needed is not installed.'),
    ],
    next: () => _('Install it with your software manager, then look again.'),
  },
  'command-failed': {
    sentences: () => [
      _('The program {command} ended with status {exit}.'),
      _('The program {command} failed.'),
      _('A program failed.'),
    ],
    next: () => _('The details show what it said.'),
  },
  timeout: {
    sentences: () => [
      _('{command} gave no answer in time.'),
      _('{host} gave no answer in time.'),
      _('{url} gave no answer in time.'),
      _('There was no answer in time.'),
    ],
    next: again,
  },
  offline: {
    sentences: () => [_('No network, so {host} cannot be reached.'), _('This computer is not connected.')],
    next: () => _('Connect to a network, then continue. What was already downloaded is kept.'),
  },
  'captive-portal': {
    sentences: () => [
      _('Instead of the file from {host} came a web page: this network asks for a sign-in first.'),
      _('Instead of the file came a web page: this network asks for a sign-in first.'),
    ],
    next: () => _('Sign in to the network, then continue. What was already downloaded is kept.'),
  },
  'host-not-found': {
    sentences: () => [
      _('No address is known for {host}.'),
      _('The address of the server could not be found.'),
    ],
    next: () => _('Check the network connection, then try again.'),
  },
  'connection-refused': {
    sentences: () => [
      _('{host} does not accept connections.'),
      _('{url} does not accept connections.'),
      _('The server does not accept connections.'),
    ],
    next: () => _('Try again in a few minutes.'),
  },
  'connection-lost': {
    sentences: () => [_('The connection to {host} was lost.'), _('The connection was lost.')],
    next: () => _('Try again: the download continues where it stopped.'),
  },
  tls: {
    sentences: () => [_('{host} could not prove who it is.'), _('The server could not prove who it is.')],
    next: () =>
      _('Check the clock of this computer, and whether a hotel or company network stands in between.'),
  },
  'http-status': {
    sentences: () => [
      _('{host} answered with error {status}.'),
      _('The server answered with error {status}.'),
      _('The server answered with an error.'),
    ],
    next: () => _('Try again later, or choose another model.'),
  },
  'too-slow': {
    sentences: () => [_('{host} sends almost nothing.'), _('The server sends almost nothing.')],
    next: () => _('Try again: the download continues where it stopped.'),
  },
  'insecure-redirect': {
    sentences: () => [
      _('{host} wanted to continue over an unprotected connection.'),
      _('The server wanted to continue over an unprotected connection.'),
    ],
    next: () => _('Nothing was downloaded from there. Try another network, or choose another model.'),
  },
  'redirect-loop': {
    sentences: () => [
      _('{host} sends from one address to the next without an end.'),
      _('The server sends from one address to the next without an end.'),
    ],
    next: () => _('Try again later, or choose another model.'),
  },
  'range-ignored': {
    sentences: () => [
      _('{host} cannot continue a download where it stopped.'),
      _('The server cannot continue a download where it stopped.'),
    ],
    next: () => _('Try again: the download starts from the beginning.'),
  },
  'publisher-changed': {
    sentences: () => [
      _('The publisher of {name} changed the file since it was checked.'),
      _('The publisher changed the file since it was checked.'),
    ],
    next: () => _('Choose another model, or wait for a newer list of models.'),
  },
  'size-mismatch': {
    sentences: () => [
      _('{host} sent more than the {expected} that the file should have.'),
      _('The file has {actual} instead of {expected}.'),
      _('The file does not have the size that it should have.'),
    ],
    next: () => _('Try again. The wrong file was not kept.'),
  },
  'hash-mismatch': {
    sentences: () => [
      _('The file from {host} is not the one that was checked.'),
      _('{path} is not the file that was checked.'),
      _('The file is not the one that was checked.'),
    ],
    next: () => _('Download it again. The wrong file is not used.'),
  },
  busy: {
    sentences: () => [
      _('{name} is on its way already.'),
      _('Another Hearth is already working on {path}.'),
      _('Another Hearth is already doing this.'),
    ],
    next: () => _('Wait until it is done, or close it.'),
  },
  'bad-gguf': {
    sentences: () => [
      _('{path} is not a model file that can be used: {problem}'),
      _('{path} is not a model file that can be used.'),
      _('This is not a model file that can be used.'),
    ],
    next: () => _('Download the model again, or choose another.'),
  },
  'bad-catalogue': {
    sentences: () => [
      _('The list of models {file} cannot be used: {problem}'),
      _('The list of models {path} cannot be used: {problem}'),
      _('A list of models cannot be used: {problem}'),
      _('A list of models cannot be used.'),
    ],
    next: () => _('Reinstall Hearth, or correct the list. The other lists still work.'),
  },
  'bad-config': {
    sentences: () => [
      _('{path} cannot be read as settings, line {line}: {problem}'),
      _('{path} cannot be read as settings: {problem}'),
      _('{path} cannot be read as settings.'),
      _('A settings file cannot be read.'),
    ],
    next: () => _('Correct the file or move it away. Hearth left it as it is.'),
  },
  'bad-recording': {
    sentences: () => [
      _('{path} is not a recorded machine: {problem}'),
      _('{path} is not a recorded machine.'),
      _('This is not a recorded machine.'),
    ],
    next: () => _('Make one with "hearth record".'),
  },
  'bad-journal': {
    sentences: () => [
      _('The journal {path} has lines that make no sense.'),
      _('The journal has lines that make no sense.'),
    ],
    next: () => _('The lines were passed over and are still in the file.'),
  },
  'bad-answer': {
    sentences: () => [
      _('The answer of {host} made no sense.'),
      _('The answer of the model server made no sense.'),
    ],
    next: again,
  },
  'bad-archive': {
    sentences: () => [_('The archive is not used: {problem}.'), _('The archive makes no sense.')],
    next: () => _('Try again later. Nothing of it was unpacked into your folders.'),
  },
  'unknown-model': {
    sentences: () => [
      _('There is no model called {model}.'),
      _('There is no model called {modelId}.'),
      _('There is no such model.'),
    ],
    next: () => _('Choose one from the list.'),
  },
  'not-verified': {
    sentences: () => [
      _('{name} is on this disk, but its file is not known to be right, so it is not used.'),
      _('The file of the model is not known to be right, so it is not used.'),
    ],
    next: () =>
      _('Check the file again, or fetch the model again: what lies there now is then set aside, not lost.'),
  },
  'wrong-kind': {
    sentences: () => [_('This file is not a language model.')],
    next: () => _('Choose the file of a language model.'),
  },
  'wrong-folder': {
    sentences: () => [_('Models cannot be kept in this folder.')],
    next: () => _('Choose another folder.'),
  },
  'models-away': {
    sentences: () => [
      _('The folder where models are kept, {path}, is not there.'),
      _('The folder where models are kept is not there.'),
    ],
    next: () => _('Connect the disk that it is on, then look again.'),
  },
  managed: {
    sentences: () => [_('Only the models that your organisation chose may be used here.')],
    next: () => _('Choose one from the list.'),
  },
  'nothing-fits': {
    sentences: () => [
      _('{name} does not fit in the memory of this computer.'),
      _('No model of the list fits in the memory of this computer.'),
    ],
    next: () => _('Close other programs and look again, or choose a smaller model.'),
  },
  'no-engine': {
    sentences: () => [_('The program that runs models, llama-server, is not installed.')],
    next: () =>
      _(
        'Install it with your software manager (Fedora: llama-cpp, Debian and Ubuntu: llama.cpp-tools), then look again.',
      ),
  },
  'no-isolation': {
    sentences: () => [
      _('The model cannot be shut off from the network on this computer, so it was not started.'),
    ],
    next: () => _('Install bubblewrap, or allow user namespaces; then look again.'),
  },
  ...engineTellings,
  ...driverTellings,
  'port-taken': {
    sentences: () => [
      _('Another program already uses port {port}.'),
      _('Another program already uses the address of the model.'),
    ],
    next: () => _('Close that program, or set another port in the settings.'),
  },
  'server-died': {
    sentences: () => [
      _('The model server ended by itself {times} times, with status {exit}.'),
      _('The model server ended by itself with status {exit}.'),
      _('The model server ended by itself.'),
    ],
    next: () => _('Try again. The details show the last thing it said.'),
  },
  'server-killed': {
    sentences: () => [
      _('Something on this computer ended the model server, {times} times within minutes.'),
      _('Something on this computer ended the model server.'),
    ],
    next: () =>
      _(
        'A guard against full memory, such as systemd-oomd or earlyoom, does that: close other programs or use a smaller context. Then try again.',
      ),
  },
  'server-frozen': {
    sentences: () => [
      _('The model server is there but has not answered for {after}.'),
      _('The model server is there but does not answer.'),
    ],
    next: () => _('Start it again. What was asked can be asked again.'),
  },
  'gpu-lost': {
    sentences: () => [_('The graphics card stopped answering, and the model server ended with it.')],
    next: () => _('Try again. If it happens again, restart the computer and look at the driver of the card.'),
  },
  'model-changed': {
    sentences: () => [
      _('The file of the model was removed or replaced since it was checked, so it is not used any more.'),
    ],
    next: () => _('Check the file again on the page of the model, or fetch the model again.'),
  },
  'server-unhealthy': {
    sentences: () => [
      _('The model server did not get ready within {after}.'),
      _('The model server runs but does not get ready.'),
    ],
    next: () => _('Stop it and try again, or choose a smaller model.'),
  },
  'out-of-memory': {
    sentences: () => [
      _('{name} does not fit in memory with this context: {needed} needed, {free} free.'),
      _('The model does not fit in memory with this context.'),
    ],
    next: () => _('Use a smaller context, close other programs, or choose a smaller model.'),
  },
  'context-too-small': {
    sentences: () => [
      _('The context of {actual} tokens is too small: {needed} tokens needed.'),
      _('The context of {tokens} tokens is too small for this.'),
      _('The context is too small for this.'),
    ],
    next: () => _('Choose a larger context, or a smaller model that leaves room for it.'),
  },
  unauthorized: {
    sentences: () => [_('The model server did not accept the key.')],
    next: () => _('Start the server again. If it stays so, another program may be using the address.'),
  },
  'no-goose': {
    sentences: () => [_('Goose is not installed.')],
    next: () => _('Install Goose, then look again.'),
  },
  'no-desktop': {
    sentences: () => [_('Podman Desktop is not installed.')],
    next: () => _('Install Podman Desktop with your software manager, then look again.'),
  },
  'app-unsigned': {
    sentences: () => [
      _('What {host} sent is not signed with the key that this computer trusts, so nothing was installed.'),
      _('What was sent is not signed with the key that this computer trusts, so nothing was installed.'),
    ],
    next: () => _('Try again later. The details show what flatpak said.'),
  },
  'desktop-open': {
    sentences: () => [_('Podman Desktop is open, and would write its old settings over the new ones.')],
    next: () => _('Close it, also in the tray, then try again.'),
  },
  'no-terminal': {
    sentences: () => [_('No terminal program was found to open Goose in.')],
    next: () => _('Install one, or run “hearth goose --open” in the terminal that you use.'),
  },
  'attestation-refused': {
    sentences: () => [
      _('The makers’ own proof of what they built does not fit {name}, so it is not installed.'),
      _('The makers’ own proof of what they built does not fit, so it is not installed.'),
    ],
    next: () => _('The details show what gh said. Try again later, or ask the makers.'),
  },
  ...firewallTellings,
  ...gooseTellings,
  ...vendorTellings,
  'nothing-to-undo': {
    sentences: () => [_('There is nothing left to take back.')],
    next: nothing,
  },
};

const sizes = new Set(['together', 'needed', 'free', 'missing', 'size', 'limit', 'expected', 'actual']);

/** Codes that may name programs to install. */
const missingCodes: ReadonlySet<ErrorCode> = new Set(['no-engine', 'no-isolation', 'goose-exposed']);

/** The sentence and the next step for an error, in the person's language. */
export function errorWords(error: ErrorValue): ErrorWords {
  const missing = parseMissing(String(error.args['missing'] ?? ''));
  if (missingCodes.has(error.code) && missing.length > 0) {
    return { sentence: missingSentence(missing), next: installHint(missing) };
  }
  const { path = '', kind, reason } = error.args;
  if (error.code === 'wrong-kind' && kind !== undefined)
    return wrongKindWords(kind as WrongKind, String(path));
  if (error.code === 'wrong-folder' && reason !== undefined)
    return wrongFolderWords(reason as WrongFolder, String(path));
  const driver = mechanismErrorWords(error) ?? driverStandingWords(error);
  if (driver !== null) return driver;
  const locked = error.code === 'locked' ? lockedWords(error.args) : null;
  if (locked !== null) return locked;
  const engine = engineErrorWords(error);
  if (engine !== null) return { sentence: engine.sentence, next: engine.cure };
  const telling = tellings[error.code];
  const values = readable(error);
  const filled = telling.sentences().map((template) => fill(template, values));
  const sentence = filled.find((text) => !/\{\w+\}/.test(text)) ?? filled.at(-1) ?? error.code;
  // One that ends in what a parser said may lack its full stop.
  return { sentence: ended(sentence), next: telling.next() };
}

/** Everything about an error as plain text, for Copy and for bug reports. */
export function errorDetails(error: ErrorValue): string {
  const args = Object.entries(error.args).map(([key, value]) => `${key}: ${value}`);
  return [`code: ${error.code}`, ...args, ...(error.detail === null ? [] : ['', error.detail])].join('\n');
}

function readable({ code, args }: ErrorValue): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(args satisfies ErrorArgs)) {
    if (typeof value !== 'number') values[key] = key === 'problem' ? reasonText(value) : value;
    else if (key === 'port' || key === 'pid' || key === 'status') values[key] = String(value);
    else if (key === 'after') values[key] = duration(value / 1000);
    else values[key] = sizes.has(key) && code !== 'context-too-small' ? bytes(value) : value;
  }
  return values;
}
