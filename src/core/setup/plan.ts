// SPDX-License-Identifier: GPL-3.0-or-later

import { driverTouches, isDriverAction, type DriverAction, type DriverUndo } from '../driver/actions.ts';
import type { TransferCaution } from '../models/transfer-rules.ts';
import type { OnDiskSource } from '../models/types.ts';
import type { Choices } from '../ports.ts';
import type { FirewallRule } from '../proof/firewall.ts';
import { registryOf } from '../server/images.ts';
import type { TaskId } from './tasks.ts';
import { touchesNothing, type Touches } from './touches.ts';

export { touchesNothing, type Touches };

/**
 * What Hearth can do to a computer, one value a step. A plan made of them is the preview, the dry run, the run, the
 * log and the undo. `words/plan.ts` has the sentence for each; `engine/actions.ts` carries them out.
 */
export type Action =
  | DriverAction
  | { readonly do: 'make-folder'; readonly path: string; readonly mode: number }
  | WriteFile
  /** Random API key, only where there is none. */
  | { readonly do: 'make-key'; readonly path: string }
  | Download
  | Import
  | ImportOwn
  | MoveModel
  | HandOver
  | InstallApp
  | PlaceExtension
  | {
      readonly do: 'remove-model';
      readonly modelId: string;
      readonly path: string;
      readonly size: number;
      /** Nobody publishes it: it cannot be fetched again. */
      readonly own?: true;
    }
  /** Throws away what came of a download; `size` bytes of it are there. */
  | { readonly do: 'discard'; readonly modelId: string; readonly path: string; readonly size: number }
  | InstallTool
  /** A symbolic link to a program of Hearth's, only where there is nothing, or a link of Hearth's. */
  | { readonly do: 'link'; readonly path: string; readonly target: string; readonly before: string | null }
  | { readonly do: 'choose'; readonly change: Partial<Choices>; readonly before: Partial<Choices> }
  | { readonly do: 'serve'; readonly modelId: string; readonly contextTokens: number }
  | {
      readonly do: 'units';
      readonly verb: 'reload' | 'enable' | 'start' | 'stop';
      readonly units: readonly string[];
    }
  /** Takes a file of Hearth's own away; `before` is its SHA-256 when the plan was made. */
  | { readonly do: 'remove-file'; readonly path: string; readonly before: string }
  /** Rules of firewalld that keep other computers from a port of this one. */
  | { readonly do: 'firewall'; readonly port: number; readonly rules: readonly FirewallRule[] }
  /** Fetches a container image by its digest. `size` is null where nobody says how much that is. */
  | {
      readonly do: 'pull-image';
      readonly image: string;
      readonly size: number | null;
      /** What it is for, where that is not serving a model. */
      readonly task?: 'tools';
    };

export interface WriteFile {
  readonly do: 'write-file';
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  /** SHA-256 (hex) of what was there when the plan was made; null for nothing. A different file now stops the step. */
  readonly before: string | null;
  /** Whose file it is: Hearth's own, or a person's that is merged into and backed up. */
  readonly owner: 'hearth' | 'person';
  readonly purpose:
    | 'goose-config'
    | 'goose-provider'
    | 'server-unit'
    | 'practice'
    | 'desktop-telemetry'
    | 'program-unit'
    | 'ai-lab-catalogue'
    | 'containers-config';
  /** Units of the person that take the file to heart only once they are restarted, now and when it is taken back. */
  readonly restarts?: readonly string[];
}

export interface Download {
  readonly do: 'download';
  readonly modelId: string;
  readonly url: string;
  readonly to: string;
  readonly size: number;
  readonly sha256: string;
  /** What speaks against it right now; whoever agrees to the plan goes on anyway. */
  readonly cautions?: readonly TransferCaution[];
  /** Model that stays in use when this one is there; absent when this one is to be used. */
  readonly inUse?: string;
}

/** Brings a program from its makers' release into Hearth's own folder. What it must be is known from its own hash. */
export interface InstallTool {
  readonly do: 'install-tool';
  readonly tool: 'goose';
  readonly version: string;
  readonly url: string;
  /** Of the archive, or null where only the program's is known. */
  readonly archiveSha256: string | null;
  readonly to: string;
  /** Size and SHA-256 of the program itself. */
  readonly size: number;
  readonly sha256: string;
  /** Repository whose attestation is asked for as well, where a program is there that can; else null. */
  readonly attestedBy: string | null;
}

/** Takes over a model file that another program has on this disk. The other program's file stays as it is. */
export interface Import {
  readonly do: 'import';
  readonly modelId: string;
  readonly from: string;
  readonly source: OnDiskSource;
  readonly to: string;
  readonly size: number;
  readonly sha256: string;
  /** Blocks shared, a second name, or a copy, which alone takes more of the disk. */
  readonly how: 'reflink' | 'link' | 'copy';
  /** As for a download. */
  readonly inUse?: string;
}

/** Takes over a model file that no catalogue knows. What it was then, it must still be when it is served. */
export interface ImportOwn {
  readonly do: 'import-own';
  readonly modelId: string;
  readonly name: string;
  readonly from: string;
  readonly source: OnDiskSource;
  readonly to: string;
  readonly size: number;
  readonly how: Import['how'];
}

/** Moves the folder of a model to where models are kept from now on; on another disk by copying and checking it. */
export interface MoveModel {
  readonly do: 'move-model';
  /** Null for the folder of all models with what is left in it: partial downloads, and models that came since. */
  readonly modelId: string | null;
  readonly from: string;
  readonly to: string;
  readonly size: number;
  readonly how: 'rename' | 'copy';
}

/** Unpacks AI Lab's extension, whose image is on the disk, to where Podman Desktop looks for its plugins. */
export interface PlaceExtension {
  readonly do: 'place-extension';
  readonly image: string;
  readonly version: string;
  readonly to: string;
}

/** Installs a program by Flatpak, which checks its signature. */
export interface InstallApp {
  readonly do: 'install-app';
  readonly app: string;
  readonly remote: string;
  readonly url: string;
  /** For this person alone, or for everybody, which may ask for permission. */
  readonly scope: 'user' | 'system';
  readonly to: string;
  /** Bytes, with the runtime where that is needed as well. */
  readonly download: number;
  readonly installed: number;
  /** What it may use besides its own files, in Flatpak's words. */
  readonly permissions: readonly string[];
}

/** Puts a verified model where another program looks for models, by shared blocks or a second name where that can be. */
export interface HandOver {
  readonly do: 'hand-over';
  readonly modelId: string;
  readonly from: string;
  readonly to: string;
  readonly size: number;
  /** Of Hearth's file: what lies there with it is what Hearth put there. */
  readonly mtime: number;
  readonly how: Import['how'];
}

/** How a step is taken back. Written to the journal before the step starts. */
export type Undo =
  | DriverUndo
  | {
      readonly undo: 'remove-file';
      readonly path: string;
      readonly ifSha256: string | null;
      readonly restarts?: readonly string[];
    }
  | {
      readonly undo: 'restore-file';
      readonly path: string;
      readonly backup: string;
      readonly mode: number;
      readonly ifSha256: string;
      readonly restarts?: readonly string[];
    }
  /** Takes a link away, or back to what it led to; only while it leads where Hearth let it lead. */
  | {
      readonly undo: 'unlink';
      readonly path: string;
      readonly target: string;
      readonly before: string | null;
    }
  | { readonly undo: 'remove-folder'; readonly path: string }
  | {
      readonly undo: 'move-model';
      readonly modelId: string | null;
      readonly from: string;
      readonly to: string;
    }
  /** Puts back a file that was taken away. */
  | { readonly undo: 'bring-back'; readonly path: string; readonly backup: string; readonly mode: number }
  | { readonly undo: 'remove-image'; readonly image: string }
  | { readonly undo: 'firewall'; readonly rules: readonly FirewallRule[] }
  /** Takes the program away; what it kept for the person stays. */
  | { readonly undo: 'uninstall-app'; readonly app: string; readonly scope: InstallApp['scope'] }
  /** Takes the extension away, while it is the version that Hearth placed. */
  | { readonly undo: 'remove-extension'; readonly path: string; readonly version: string }
  /** Removes what was handed over while it is still that; Hearth's own file stays in any case. */
  | { readonly undo: 'take-out'; readonly path: string; readonly size: number; readonly mtime: number }
  | { readonly undo: 'choose'; readonly change: Partial<Choices> }
  | { readonly undo: 'stop-server' }
  | {
      readonly undo: 'units';
      readonly verb: 'disable' | 'stop' | 'reload';
      readonly units: readonly string[];
    }
  | {
      readonly undo: 'nothing';
      readonly why: 'no-effect' | 'already-there' | 'removed-for-good' | 'removed-own' | 'key-stays';
    };

export interface Step {
  /** Unique in its plan. */
  readonly id: string;
  readonly action: Action;
  readonly touches: Touches;
}

export interface Plan {
  /** Unique in the journal. */
  readonly id: string;
  readonly task: TaskId;
  readonly steps: readonly Step[];
}

/** The whole plan's touches, each thing once. */
export function planTouches(plan: Plan): Touches {
  const all = plan.steps.map((step) => step.touches);
  const unique = (pick: (touches: Touches) => readonly string[]): readonly string[] => [
    ...new Set(all.flatMap(pick)),
  ];
  return {
    files: unique((t) => t.files),
    units: unique((t) => t.units),
    packages: unique((t) => t.packages),
    downloadBytes: all.reduce((sum, t) => sum + t.downloadBytes, 0),
    diskBytes: all.reduce((sum, t) => sum + t.diskBytes, 0),
    hosts: unique((t) => t.hosts),
    permission: all.find((t) => t.permission !== null)?.permission ?? null,
    cautions: [...new Set(all.flatMap((t) => t.cautions))],
  };
}

/** The step of a plan that brings a model, or null where it has none. */
export function broughtBy(plan: Plan): Download | Import | null {
  for (const { action } of plan.steps) if (action.do === 'download' || action.do === 'import') return action;
  return null;
}

/** Whether models come into another folder by a plan. */
export function movesModels(plan: Plan): boolean {
  return plan.steps.some(({ action }) => action.do === 'move-model');
}

/** What agreeing to a plan chooses. */
export function choiceOf(plan: Plan): Partial<Choices> | null {
  for (const { action } of plan.steps) if (action.do === 'choose') return action.change;
  return null;
}
/** Whom `gh` asks about attestations. */
export const attestationHost = 'api.github.com';

/** A step of an action with what it touches. `id` is unique in its plan. */
export function step(id: string, action: Action): Step {
  return { id, action, touches: touchesOf(action) };
}

export function touchesOf(action: Action): Touches {
  if (isDriverAction(action)) return driverTouches(action);
  switch (action.do) {
    case 'make-folder':
    case 'make-key':
      return { ...touchesNothing, files: [action.path] };
    case 'write-file':
      return { ...touchesNothing, files: [action.path], units: action.restarts ?? [] };
    case 'download':
      return {
        ...touchesNothing,
        files: [action.to],
        downloadBytes: action.size,
        diskBytes: action.size,
        hosts: [hostOf(action.url)],
        cautions: action.cautions ?? [],
      };
    case 'install-tool':
      return {
        ...touchesNothing,
        files: [action.to],
        diskBytes: action.size,
        hosts: [hostOf(action.url), ...(action.attestedBy === null ? [] : [attestationHost])],
      };
    case 'install-app':
      return {
        ...touchesNothing,
        packages: [action.app],
        downloadBytes: action.download,
        diskBytes: action.installed,
        hosts: [hostOf(action.url)],
        permission: action.scope === 'user' ? null : 'org.freedesktop.Flatpak.app-install',
      };
    case 'place-extension':
      return { ...touchesNothing, files: [action.to] };
    case 'link':
      return { ...touchesNothing, files: [action.path] };
    case 'import':
    case 'import-own':
    case 'hand-over':
    case 'move-model':
      return { ...touchesNothing, files: [action.to], diskBytes: action.how === 'copy' ? action.size : 0 };
    case 'remove-model':
    case 'discard':
      return { ...touchesNothing, files: [action.path], diskBytes: -action.size };
    case 'units':
      return { ...touchesNothing, units: action.units };
    case 'remove-file':
      return { ...touchesNothing, files: [action.path] };
    case 'pull-image': {
      const host = registryOf(action.image);
      const size = action.size ?? 0;
      return { ...touchesNothing, downloadBytes: size, diskBytes: size, hosts: host === null ? [] : [host] };
    }
    case 'firewall':
      return { ...touchesNothing, permission: 'org.fedoraproject.FirewallD1.config' };
    case 'choose':
    case 'serve':
      return touchesNothing;
  }
}

/** Host (with port, if any) of an absolute http(s) URL; the URL itself when it is not one. */
export function hostOf(url: string): string {
  return /^https?:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(url)?.[1]?.toLowerCase() ?? url;
}
