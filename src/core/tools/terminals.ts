// SPDX-License-Identifier: GPL-3.0-or-later

/** How a terminal is told what to run: the words before it. The first that is installed is used. */
const terminals: readonly (readonly [program: string, ...before: string[]])[] = [
  // What the desktop's own settings say.
  ['xdg-terminal-exec'],
  ['ptyxis', '--'],
  ['kgx', '--'],
  ['gnome-terminal', '--'],
  ['konsole', '-e'],
  ['foot'],
  ['ghostty', '-e'],
  ['alacritty', '-e'],
  ['kitty'],
  ['wezterm', 'start', '--'],
  ['xfce4-terminal', '-x'],
  ['xterm', '-e'],
];

export const terminalPrograms: readonly string[] = terminals.map(([program]) => program);

/** The command that opens a terminal with `argv` in it; nothing of it is looked at by a shell. */
export function inTerminal(program: string, argv: readonly string[]): readonly string[] {
  const [name, ...before] = terminals.find(([each]) => each === program) ?? [program];
  return [name, ...before, ...argv];
}

/** Goose itself, with the model of this address for this session whatever its settings name as the default. */
export function gooseSession(goose: string, alias: string): readonly string[] {
  const variables = [
    'GOOSE_PROVIDER=hearth',
    `GOOSE_MODEL=${alias}`,
    'GOOSE_TELEMETRY_ENABLED=false',
    'GOOSE_TELEMETRY_OFF=1',
    // A proxy of the session must not get what is meant for this computer.
    'NO_PROXY=127.0.0.1,localhost',
    'no_proxy=127.0.0.1,localhost',
  ];
  return ['env', ...variables, goose, 'session'];
}
