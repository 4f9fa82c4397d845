// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import { parseInterfaces } from '../server/proc.ts';
import { isSystem, parent } from '../server/sandbox.ts';
import { gooseModel, providerFile, providerName } from './goose.ts';

/** Goose behind a wall: no network but a way to the local model, no files but one folder. */

/** Where what Hearth prepared lies behind the wall, and what is mounted beside it. All of it read-only. */
const inside = '/run/hearth/session';
const keyInside = '/run/hearth/key';
const programInside = '/run/hearth/goose';

/** Names in the folder that Hearth prepares for one session. */
export const offlineNames = { link: 'link/model.sock', filter: 'filter', start: 'start.sh' } as const;

export interface OfflineInput {
  readonly bwrap: string;
  readonly socketActivate: string;
  readonly socketProxy: string;
  /** Goose itself; no link. */
  readonly goose: string;
  /** The one folder that can be read and written. Absolute, no link in it. */
  readonly folder: string;
  readonly home: string;
  readonly userId: number;
  readonly port: number;
  readonly keyFile: string;
  /** Folder that `offlineFiles` were written to. */
  readonly prepared: string;
  /** A filter of system calls is there. */
  readonly filtered: boolean;
  /** What a terminal needs to be known by, e.g. TERM and LANG. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Settings of the system that programs read; nothing in them is a person's. */
const systemSettings = [
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'alternatives', 'localtime', 'os-release'],
  ...['ssl', 'pki', 'ca-certificates', 'crypto-policies'],
  ...['profile', 'profile.d', 'bash.bashrc', 'bashrc', 'inputrc', 'terminfo', 'mime.types'],
];

/** Names that Hearth writes in place of the system's: one user, and no way of asking for a name. */
const ownSettings = ['passwd', 'group', 'hosts', 'nsswitch.conf'];

/**
 * The command that runs something behind the wall. `sh` opens the filter, since bubblewrap takes it by descriptor.
 *
 * @param argv what to run inside; nothing of it is looked at by a shell
 */
export function offlineCommand(input: OfflineInput, argv: readonly string[]): readonly string[] {
  const { folder, home, prepared } = input;
  const runtime = `/run/user/${input.userId}`;
  const config = `${inside}/config`;
  const environment = {
    PATH: '/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin',
    SHELL: '/bin/bash',
    ...input.environment,
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    GOOSE_TELEMETRY_ENABLED: 'false',
    GOOSE_TELEMETRY_OFF: '1',
    GOOSE_DISABLE_KEYRING: 'true',
    GOOSE_DISABLE_SESSION_NAMING: 'true',
  };
  const flags: readonly (readonly string[])[] = [
    ['--unshare-user', '--unshare-net', '--unshare-ipc', '--unshare-pid', '--unshare-uts'],
    ['--unshare-cgroup-try', '--disable-userns'],
    ['--die-with-parent', '--hostname', 'offline'],
    ['--cap-drop', 'ALL'],
    // Without the filter only a session of its own keeps it from typing into the terminal; Ctrl+C then does not reach it.
    ...(input.filtered ? [['--seccomp', '9']] : [['--new-session']]),
    ['--clearenv'],
    ...Object.entries(environment).map(([name, value]) => ['--setenv', name, value]),
    ['--ro-bind', '/usr', '/usr'],
    ['--ro-bind-try', '/opt', '/opt'],
    ['--ro-bind-try', '/nix/store', '/nix/store'],
    ...['bin', 'sbin', 'lib', 'lib64'].map((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ...systemSettings.map((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...ownSettings.map((name) => ['--ro-bind', `${prepared}/${name}`, `/etc/${name}`]),
    ['--proc', '/proc'],
    ['--dev', '/dev'],
    ['--tmpfs', '/tmp'],
    ['--dir', '/var'],
    ['--symlink', '../tmp', '/var/tmp'],
    ['--perms', '0700', '--tmpfs', runtime],
    ['--perms', '0700', '--tmpfs', home],
    ['--ro-bind', prepared, inside],
    ['--ro-bind', input.keyFile, keyInside],
    ...(isSystem(input.goose) ? [] : [['--ro-bind', input.goose, programInside]]),
    ['--bind', folder, folder],
    ['--chdir', folder],
    ['--remount-ro', '/'],
  ];
  const start = ['/bin/sh', `${inside}/${offlineNames.start}`, config, `${home}/.config/goose`];
  const bwrap = [input.bwrap, ...flags.flat(), '--', ...start, ...argv];
  const filtered = ['/bin/sh', '-c', 'exec "$@" 9<"$0"', `${prepared}/${offlineNames.filter}`, ...bwrap];
  // Ctrl+C is for Goose: bubblewrap would end of it, and Goose with it.
  return ['env', '--ignore-signal=INT', ...(input.filtered ? filtered : bwrap)];
}

/** Goose as it is named behind the wall. */
export function gooseInside({ goose }: Pick<OfflineInput, 'goose'>): string {
  return isSystem(goose) ? goose : programInside;
}

export interface OfflineFilesInput {
  readonly socketActivate: string;
  readonly socketProxy: string;
  readonly home: string;
  readonly userId: number;
  readonly groupId: number;
  readonly userName: string;
  readonly port: number;
  readonly contextTokens: number;
  /** Goose's config.yaml, as a value; see `offlineConfig`. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** What is prepared for one session, by name. */
export function offlineFiles(input: OfflineFilesInput): Readonly<Record<string, string>> {
  const { userId, groupId, home, port, contextTokens } = input;
  const name = /^[a-z_][a-z0-9_.-]*$/i.test(input.userName) ? input.userName : 'user';
  return {
    passwd: `${name}:x:${userId}:${groupId}::${home.replaceAll(/[:\n]/g, '_')}:/bin/bash\n`,
    group: `${name}:x:${groupId}:\n`,
    hosts: '127.0.0.1 localhost\n::1 localhost\n',
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
    // JSON is YAML too.
    'config/config.yaml': `${JSON.stringify(input.config, null, 2)}\n`,
    [`config/custom_providers/${providerName}.json`]: providerFile({
      port,
      contextTokens,
      keyFile: keyInside,
    }),
    [offlineNames.start]: startScript(input),
  };
}

/**
 * The first thing behind the wall: a copy of the settings that Goose may write to, the way from the port to the socket,
 * and then what was asked for in its place. The way is gone with the wall.
 */
function startScript({ port, socketActivate, socketProxy }: OfflineFilesInput): string {
  const listening = `: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A `;
  const way = [socketActivate, '--now', `--listen=127.0.0.1:${port}`, socketProxy];
  return `set -u
mkdir -p "$2" && cp -R "$1/." "$2/" && chmod -R u+w "$2" || exit 125
shift 2
setsid env --ignore-signal=PIPE ${way.map(shellQuote).join(' ')} ${inside}/${offlineNames.link} </dev/null >/dev/null 2>&1 &
tries=0
until grep -qs '${listening}' /proc/net/tcp; do
  tries=$((tries + 1))
  [ "$tries" -lt 500 ] || { echo 'bwrap: the way to the model did not open' >&2; exit 125; }
  sleep 0.02
done
! env --default-signal=INT true 2>/dev/null || exec env --default-signal=INT "$@"
exec "$@"
`;
}

function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What runs behind the wall first, to be looked at from outside. */
export const probe: readonly string[] = ['/bin/sh', '-c', 'readlink /proc/self/ns/net; cat /proc/net/dev'];

export interface OfflineEvidence {
  readonly namespace: string;
  readonly interfaces: readonly string[];
  readonly offline: boolean;
}

/** @param ownNamespace `net:[…]` out here */
export function readProbe(stdout: string, ownNamespace: string): OfflineEvidence {
  const namespace = stdout.slice(0, Math.max(0, stdout.indexOf('\n'))).trim();
  const interfaces = parseInterfaces(stdout.slice(stdout.indexOf('\n') + 1));
  const apart = /^net:\[\d+\]$/.test(namespace) && namespace !== ownNamespace && ownNamespace !== '';
  return { namespace, interfaces, offline: apart && interfaces.length === 1 && interfaces[0] === 'lo' };
}

/**
 * Refuses a folder that would take more of a person's files along than one project, or what guards the wall itself.
 *
 * @param whole places that must not come along, e.g. the home folder
 * @param guarded places that nothing of may come along, e.g. keys and settings of Goose outside
 * @throws folder-unfit
 */
export function refuseFolder(folder: string, whole: readonly string[], guarded: readonly string[]): void {
  const wide = ['/', '/tmp', '/var', '/var/tmp', '/home', '/opt', '/mnt', '/media', '/srv', '/root'];
  const system = ['/usr', '/etc', '/proc', '/sys', '/dev', '/run', '/boot', '/nix'];
  // Where removable disks are mounted.
  const isSystemFolder =
    system.some((place) => isIn(folder, place)) && !/^\/run\/media\/[^/]+\/[^/]/.test(folder);
  const unfit =
    !folder.startsWith('/') ||
    wide.includes(folder) ||
    isSystemFolder ||
    [...whole, ...guarded].some((place) => isIn(place, folder)) ||
    guarded.some((place) => isIn(folder, place));
  if (unfit) throw new HearthError('folder-unfit', { path: folder });
}

/** @returns whether `path` is `place` or lies in it */
function isIn(path: string, place: string): boolean {
  return path === place || place === '/' || path.startsWith(`${place}/`);
}

/** Settings that hold no secret, start no program of the person's, and mean the same behind the wall. */
const takenAlong = [
  ...['GOOSE_MODE', 'GOOSE_MAX_TURNS', 'GOOSE_AUTO_COMPACT_THRESHOLD', 'EDIT_MODE'],
  ...['GOOSE_CLI_THEME', 'GOOSE_CLI_LIGHT_THEME', 'GOOSE_CLI_DARK_THEME', 'GOOSE_CLI_MIN_PRIORITY'],
];

/**
 * Goose's config.yaml behind the wall: the local model alone, and of the person's settings what has a meaning there.
 *
 * @param values the person's config.yaml; empty when there is none
 */
export function offlineConfig(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const plain = takenAlong.filter((key) => ['string', 'number', 'boolean'].includes(typeof values[key]));
  const extensions = Object.entries(asRecord(values['extensions'])).filter(([, extension]) =>
    // The others are programs or addresses, which are not there.
    ['builtin', 'platform'].includes(String(asRecord(extension)['type'])),
  );
  return {
    GOOSE_MODE: 'smart_approve',
    ...Object.fromEntries(plain.map((key) => [key, values[key]])),
    active_provider: providerName,
    providers: { [providerName]: { enabled: true, model: gooseModel, configured: true } },
    GOOSE_TELEMETRY_ENABLED: false,
    GOOSE_DISABLE_SESSION_NAMING: true,
    ...(extensions.length === 0 ? {} : { extensions: Object.fromEntries(extensions) }),
  };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

/** Folders that must exist in the prepared one before its files are written, outer ones first. */
export function foldersOf(files: Readonly<Record<string, string>>): readonly string[] {
  const names = [...Object.keys(files), offlineNames.link].filter((name) => name.includes('/'));
  return [...new Set(names.map(parent))].sort();
}
