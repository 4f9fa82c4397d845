// SPDX-License-Identifier: GPL-3.0-or-later

import { driverUndo, isDriverAction } from '../driver/actions.ts';
import type { Action, Undo } from './plan.ts';

/** What was seen at an action's place just before it: enough to know how to take it back. */
export interface Before {
  /** Something is at the path already. */
  readonly exists: boolean;
  /** SHA-256 of the file that is there, when the action replaces one. */
  readonly sha256: string | null;
  readonly mode: number;
}

export function pathOf(action: Action): string | null {
  if (isDriverAction(action)) return action.do === 'describe-cards' ? action.path : null;
  switch (action.do) {
    case 'make-folder':
    case 'write-file':
    case 'make-key':
    case 'remove-model':
    case 'discard':
    case 'link':
    case 'remove-file':
      return action.path;
    case 'download':
    case 'import':
    case 'import-own':
    case 'hand-over':
    case 'install-app':
    case 'move-model':
    case 'install-tool':
    case 'place-extension':
      return action.to;
    case 'choose':
    case 'serve':
    case 'units':
    case 'pull-image':
    case 'firewall':
      return null;
  }
}

/** How an action will be taken back. Decided, and written to the journal, before it is done. */
export function undoFor(
  action: Action,
  before: Before,
  sha256: (text: string) => string,
  backup: string,
): Undo {
  if (isDriverAction(action)) return driverUndo(action, before.exists);
  switch (action.do) {
    case 'make-folder':
      return before.exists
        ? { undo: 'nothing', why: 'already-there' }
        : { undo: 'remove-folder', path: action.path };
    case 'make-key':
    case 'download':
    case 'import':
    case 'import-own':
    case 'install-tool':
      if (before.exists) return { undo: 'nothing', why: 'already-there' };
      return {
        undo: 'remove-file',
        path: action.do === 'make-key' ? action.path : action.to,
        ifSha256: null,
      };
    case 'write-file': {
      const after = sha256(action.content);
      if (before.sha256 === after) return { undo: 'nothing', why: 'already-there' };
      const restarts = action.restarts === undefined ? {} : { restarts: action.restarts };
      const { path } = action;
      if (!before.exists) return { undo: 'remove-file', path, ifSha256: after, ...restarts };
      return { undo: 'restore-file', path, backup, mode: before.mode, ifSha256: after, ...restarts };
    }
    case 'install-app':
      if (before.exists) return { undo: 'nothing', why: 'already-there' };
      return { undo: 'uninstall-app', app: action.app, scope: action.scope };
    case 'place-extension':
      if (before.exists) return { undo: 'nothing', why: 'already-there' };
      return { undo: 'remove-extension', path: action.to, version: action.version };
    case 'hand-over':
      // Also where something is there already: a step that was cut off. What is not Hearth's stays.
      return { undo: 'take-out', path: action.to, size: action.size, mtime: action.mtime };
    case 'link':
      if (before.exists && action.before === null) return { undo: 'nothing', why: 'already-there' };
      return { undo: 'unlink', path: action.path, target: action.target, before: action.before };
    case 'remove-model':
      return { undo: 'nothing', why: action.own ? 'removed-own' : 'removed-for-good' };
    case 'move-model':
      // Also where something is there already: a move that was cut off.
      return { undo: 'move-model', modelId: action.modelId, from: action.to, to: action.from };
    case 'discard':
      return { undo: 'nothing', why: 'removed-for-good' };
    case 'choose':
      return { undo: 'choose', change: action.before };
    case 'serve':
      return { undo: 'stop-server' };
    case 'remove-file':
      return before.exists
        ? { undo: 'bring-back', path: action.path, backup, mode: before.mode }
        : { undo: 'nothing', why: 'no-effect' };
    case 'pull-image':
      // A plan fetches only what is not there.
      return { undo: 'remove-image', image: action.image };
    case 'firewall':
      // The plan has only rules that are not there.
      return { undo: 'firewall', rules: action.rules };
    case 'units':
      if (action.verb === 'enable') return { undo: 'units', verb: 'disable', units: action.units };
      if (action.verb === 'start') return { undo: 'units', verb: 'stop', units: action.units };
      return { undo: 'nothing', why: 'no-effect' };
  }
}
