// SPDX-License-Identifier: GPL-3.0-or-later

import { HearthError } from '../errors.ts';
import { logFile, type ServerFiles } from './command.ts';
import { isSystem, parent } from './sandbox.ts';

export const unitNames = {
  model: 'hearth-model.service',
  socket: 'hearth-model.socket',
  proxy: 'hearth-model-proxy.service',
} as const;

export interface UnitInput {
  readonly command: readonly string[];
  readonly files: ServerFiles;
  readonly modelPath: string;
  /** Size and time of the model's file when it was checked: with another it is not started. */
  readonly checked?: { readonly size: number; readonly seconds: number } | undefined;
  /** See `ServeRequest.stamp`. */
  readonly stamp?: string | undefined;
  readonly port: number;
  /** Absolute path of systemd-socket-proxyd. */
  readonly proxy: string;
  /** Absolute path of curl, which tells when the model is loaded; without it the socket's presence has to do. */
  readonly curl: string | null;
  /** Graphics cards are used; their drivers make code at run time and look at devices. */
  readonly gpu: boolean;
}

export const unitHeader =
  '# Written by Hearth, which takes it away again with Undo. Changes here are lost when the model changes.';

/** Nothing runs while nobody asks; after this long without a connection the model is let go. */
const idle = '15min';

/**
 * The three user units: a socket on loopback that starts everything on the first request, a proxy from it to the UNIX
 * socket, and the model server without a network.
 */
export function unitFiles(
  input: UnitInput,
): Readonly<Record<(typeof unitNames)[keyof typeof unitNames], string>> {
  return { [unitNames.model]: modelUnit(input), ...frontUnits(input) };
}

/** The socket and the proxy, which are the same for every engine that systemd starts. */
export function frontUnits(
  input: Pick<UnitInput, 'files' | 'port' | 'proxy'>,
): Readonly<Record<(typeof unitNames)['socket' | 'proxy'], string>> {
  return { [unitNames.socket]: socketUnit(input), [unitNames.proxy]: proxyUnit(input) };
}

/** Asks through the UNIX socket whether the model is loaded. */
export function healthCommand(curl: string, { socket }: ServerFiles): readonly string[] {
  return [curl, '--silent', '--fail', '--unix-socket', socket, 'http://localhost/health'];
}

/** Ends when the model is loaded, or badly when the main process of the unit has ended. */
export function waitCommand(files: ServerFiles, curl: string | null): readonly string[] {
  const test = curl === null ? `[ -S "$0" ]` : `"$@" >/dev/null 2>&1`;
  // Whoever waits must not wait for a server that has ended: systemd lets this go on without it.
  const ready = `until ${test}; do kill -0 "$MAINPID" || exit 1; sleep 0.1; done`;
  return ['/bin/sh', '-c', ready, files.socket, ...(curl === null ? [] : healthCommand(curl, files))];
}

function modelUnit(input: UnitInput): string {
  const { files } = input;
  const readable = [
    input.modelPath,
    files.keyFile,
    ...(isSystem(files.program) ? [] : [parent(files.program)]),
  ];
  return lines([
    unitHeader,
    '[Unit]',
    'Description=Local model of Hearth, without a network',
    'StopWhenUnneeded=yes',
    'StartLimitIntervalSec=10min',
    'StartLimitBurst=3',
    // A request reaches the unit without Hearth: what was found wrong since must not start.
    ...(input.stamp === undefined ? [] : [`AssertPathExists=${conditionPath(input.stamp)}`]),
    '',
    '[Service]',
    'Type=exec',
    // The helpers run outside the wall (+): in a user manager only the first process of a unit gets its namespaces,
    // and a later one would silently go without.
    `ExecStartPre=+/bin/mkdir -p -m 0700 ${quote(parent(files.socket))}`,
    `ExecStartPre=+/bin/rm -f ${quote(files.socket)} ${quote(logFile(files.socket))}`,
    ...(input.checked === undefined ? [] : [unchanged(input.modelPath, input.checked)]),
    `ExecStart=${input.command.map(quote).join(' ')}`,
    // Whoever waits for this unit (the proxy) waits until the model is loaded.
    `ExecStartPost=+${waitCommand(files, input.curl).map(quote).join(' ')}`,
    `ExecStopPost=+/bin/rm -f ${quote(files.socket)}`,
    // One that is killed comes back by itself, later each time; after three deaths Hearth says what it died of. Status 1
    // is a model that cannot be loaded, which another try does not change. In this mode the proxy waits meanwhile.
    'Restart=on-failure',
    'RestartMode=direct',
    'RestartPreventExitStatus=1',
    'RestartSec=500ms',
    'RestartSteps=2',
    'RestartMaxDelaySec=5s',
    'TimeoutStartSec=15min',
    'TimeoutStopSec=10s',
    'UMask=0077',
    'Environment=LC_ALL=C.UTF-8 HOME=/tmp',
    '',
    '# The wall: a network namespace of its own with nothing in it.',
    'PrivateNetwork=yes',
    'RestrictAddressFamilies=AF_UNIX',
    '',
    '# Files: the model and the key to read, the folder of the socket to write.',
    'ProtectSystem=strict',
    'ProtectHome=tmpfs',
    'PrivateTmp=yes',
    ...readable.map((path) => `BindReadOnlyPaths=${mount(path)}`),
    `BindPaths=${mount(parent(files.socket))}`,
    '',
    '# Everything else that a server of numbers does not need.',
    ...common,
    ...(input.gpu ? [] : ['PrivateDevices=yes', 'MemoryDenyWriteExecute=yes', 'ProcSubset=pid']),
  ]);
}

/** Refuses to start on a file that is not the one that was checked, whoever asks. */
export function unchanged(
  path: string,
  { size, seconds }: NonNullable<UnitInput['checked']>,
  outside: '+' | '' = '+',
): string {
  const test = `[ "$(stat -L -c "%s %Y" -- "$0")" = "$1" ]`;
  const words = ['/bin/sh', '-c', test, path, `${size} ${seconds}`];
  return `ExecStartPre=${outside}${words.map(quote).join(' ')}`;
}

function socketUnit(input: Pick<UnitInput, 'port'>): string {
  return lines([
    unitHeader,
    '[Unit]',
    'Description=Address of the local model (Hearth)',
    '',
    '[Socket]',
    `ListenStream=127.0.0.1:${input.port}`,
    // A model that cannot start must not be started again and again by the one request that waits for it.
    'FlushPending=yes',
    'TriggerLimitIntervalSec=30s',
    'TriggerLimitBurst=20',
    `Service=${unitNames.proxy}`,
    '',
    '[Install]',
    'WantedBy=sockets.target',
  ]);
}

function proxyUnit(input: Pick<UnitInput, 'files' | 'proxy'>): string {
  return lines([
    unitHeader,
    '[Unit]',
    'Description=Way from the address to the local model (Hearth)',
    `Requires=${unitNames.socket}`,
    // Not bound: while the model is started again after a death the proxy stays, so that it is still needed.
    `Requires=${unitNames.model}`,
    `After=${unitNames.socket} ${unitNames.model}`,
    '',
    '[Service]',
    // Its message that it is ready could not leave the wall, and after 90 seconds without it would be ended.
    'Type=exec',
    `ExecStart=${quote(input.proxy)} --exit-idle-time=${idle} ${quote(input.files.socket)}`,
    '',
    '# It gets its one TCP socket handed over and needs no network of its own.',
    'PrivateNetwork=yes',
    'RestrictAddressFamilies=AF_UNIX',
    'ProtectSystem=strict',
    'ProtectHome=tmpfs',
    'PrivateTmp=yes',
    `BindPaths=${mount(parent(input.files.socket))}`,
    ...common,
    'PrivateDevices=yes',
    'MemoryDenyWriteExecute=yes',
    'ProcSubset=pid',
  ]);
}

const common: readonly string[] = [
  'NoNewPrivileges=yes',
  'PrivateUsers=yes',
  'PrivateIPC=yes',
  'CapabilityBoundingSet=',
  'AmbientCapabilities=',
  'ProtectProc=invisible',
  'ProtectKernelTunables=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelLogs=yes',
  'ProtectControlGroups=yes',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'LockPersonality=yes',
  'KeyringMode=private',
  'RemoveIPC=yes',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@privileged',
  'SystemCallErrorNumber=EPERM',
];

/** A word of a command line as systemd.service(5) quotes it: `%` is a specifier, `$` a variable. */
export function quote(word: string): string {
  refuseControl(word);
  const escaped = word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@%+=:,./-]+$/.test(word) && word !== '' ? escaped : `"${escaped}"`;
}

/** A path of BindPaths= and its kind, where a colon divides source and target. */
export function mount(path: string): string {
  refuseControl(path);
  const escaped = path.replace(/[\\"]/g, '\\$&').replaceAll(':', '\\\\:').replaceAll('%', '%%');
  return /\s/.test(path) || /["\\:]/.test(path) ? `"${escaped}"` : escaped;
}

/** A path of a condition, which is taken to the end of its line and is not unquoted. */
export function conditionPath(text: string): string {
  refuseControl(text);
  return text.replaceAll('%', '%%');
}

/** A line break in a name would be a line of its own in the unit. */
function refuseControl(text: string): void {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new HearthError('usage', { path: text.slice(0, 200) });
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/** Port of a socket unit that Hearth wrote; null when it has none. */
export function portOfSocketUnit(text: string): number | null {
  const found = /^ListenStream=127\.0\.0\.1:(\d{1,5})$/m.exec(text);
  return found === null ? null : Number(found[1]);
}

export interface UnitState {
  readonly failed: boolean;
  /** Status of the main process; 128 + signal when it was killed. */
  readonly exit: number;
  readonly oomKilled: boolean;
  /** How often systemd started it again by itself. */
  readonly restarts: number;
}

/** Properties as `systemctl show` prints them. ExecMainCode 2 and 3 are CLD_KILLED and CLD_DUMPED. */
export function parseUnitState(text: string): UnitState {
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  const status = Number(value('ExecMainStatus')) || 0;
  const killed = ['2', '3'].includes(value('ExecMainCode'));
  return {
    failed: value('ActiveState') === 'failed',
    exit: killed ? 128 + status : status,
    oomKilled: value('Result') === 'oom-kill',
    restarts: Number(value('NRestarts')) || 0,
  };
}
