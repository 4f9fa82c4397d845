// SPDX-License-Identifier: GPL-3.0-or-later

import { clients, zedSettings, type ClientId, type Connection } from '../core/tools/clients.ts';
import { _, fill } from './translate.ts';
import { tokens } from './units.ts';

export function clientName(id: ClientId): string {
  return id === 'other' ? _('Any Other Program') : (clients.find((client) => client.id === id)?.name ?? id);
}

export interface ClientWords {
  readonly title: string;
  /** What to know about it, in a sentence. */
  readonly about: string;
  /** What to do there, in order; empty where nothing can be done. */
  readonly steps: readonly string[];
  /** Text for a settings file of it, or null. */
  readonly snippet: string | null;
}

/** How a program is pointed at the local model. */
export function clientWords(id: ClientId, connection: Connection, goose: string | null): ClientWords {
  return {
    title: clientName(id),
    about: about(id),
    steps: steps(id),
    snippet: snippet(id, connection, goose),
  };
}

function about(id: ClientId): string {
  switch (id) {
    case 'alpaca':
      return _(
        'Chats with models of several servers. It brings an Ollama of its own, which it also asks; choose the one set up here to ask the model behind the wall.',
      );
    case 'newelle':
      return _(
        'Chats with models of several providers, some of them on other computers. Which one is asked is chosen in its settings.',
      );
    case 'zed':
      return _(
        'Edits code, and asks models of several providers. What is open may be sent along with a question; with the model set up here it stays on this computer.',
      );
    case 'vscode':
      return _(
        'Edits code. It asks a local model through an extension such as Continue or Cline; what such an extension sends besides, and VS Code’s own reports, are settings of theirs.',
      );
    case 'ramalama':
      return _(
        'Runs models in containers of its own. It does not need the model set up here, and its server is open to the local network unless it is told otherwise.',
      );
    case 'ollama':
      return _(
        'Runs models of its own and cannot ask the one set up here. Models whose names end in “cloud” run on its makers’ computers, unless OLLAMA_NO_CLOUD=1 is set for it.',
      );
    case 'lmstudio':
      return _(
        'Runs models of its own and cannot ask the one set up here. It is not free software, so what it does besides cannot be read.',
      );
    case 'other':
      return _('Whatever can ask a server that speaks as OpenAI’s does.');
  }
}

function steps(id: ClientId): readonly string[] {
  const three = _('Enter the address, the key and the name of the model from here');
  switch (id) {
    case 'alpaca':
      return [
        _('In Alpaca, open the menu, then Manage Instances'),
        _('Add an instance for an OpenAI-compatible server'),
        three,
      ];
    case 'newelle':
      return [
        _('In Newelle, open Settings, then the page for language models'),
        _('Choose the OpenAI API'),
        three,
      ];
    case 'zed':
      return [
        _('In Zed, open the settings file and add the text below'),
        _('Open the agent panel’s settings and enter the key for Hearth: Zed keeps it in the keyring'),
      ];
    case 'vscode':
      return [_('In the extension, choose a provider for OpenAI-compatible servers'), three];
    case 'other':
      return [_('Choose a provider for OpenAI-compatible servers, often called “custom”'), three];
    case 'ramalama':
    case 'ollama':
    case 'lmstudio':
      return [];
  }
}

function snippet(id: ClientId, connection: Connection, goose: string | null): string | null {
  return id === 'zed' ? zedSettings(connection, goose) : null;
}

export const connectWords = {
  address: () => _('Address'),
  model: () => _('Name of the Model'),
  key: () => _('Key'),
  context: ({ contextTokens }: Connection) =>
    fill(_('Context of {context}'), { context: tokens(contextTokens) }),
  keyLies: (path: string) => fill(_('In {path}, readable by you alone'), { path }),
  keyShown: (path: string) => fill(_('Shown with: cat {path}'), { path }),
  keyCopied: () => _('Key copied. It is taken off the clipboard again in a minute'),
  copied: () => _('Copied'),
  copyText: () => _('Copy the Text'),
  onlyHere: () => _('Answers on this computer only, to whoever has the key'),
  asleep: () => _('The model is off now: it answers as soon as it was started here.'),
  noneFound: () =>
    _(
      'None of the programs that Hearth knows was found. “hearth connect other” tells what any program needs.',
    ),
  opened: () => _('Goose opens in a terminal'),
};
