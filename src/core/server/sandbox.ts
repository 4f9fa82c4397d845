// SPDX-License-Identifier: GPL-3.0-or-later

import type { ServerFiles } from './command.ts';

export interface SandboxInput {
  readonly bwrap: string;
  readonly files: ServerFiles;
  readonly modelPath: string;
  /** Device nodes of graphics cards, e.g. `/dev/dri`; empty for the processor alone. */
  readonly gpuNodes: readonly string[];
}

/** Folders that programs and their libraries come from on the systems Hearth knows (all with a merged /usr). */
const systemFolders = ['/usr', '/opt', '/nix/store'];

/**
 * bubblewrap around llama-server: no network, no other processes, no capabilities, nothing of the person's files but
 * the model and the key, both read-only; the only thing it can write to is the folder of its socket.
 */
export function sandboxCommand(input: SandboxInput, command: readonly string[]): readonly string[] {
  const { files } = input;
  const gpu = input.gpuNodes.length > 0;
  const flags: readonly (readonly string[])[] = [
    ['--unshare-user', '--unshare-net', '--unshare-ipc', '--unshare-pid', '--unshare-uts'],
    ['--unshare-cgroup-try', '--disable-userns'],
    ['--die-with-parent', '--new-session'],
    ['--cap-drop', 'ALL'],
    ['--clearenv'],
    ['--setenv', 'LC_ALL', 'C.UTF-8'],
    ['--setenv', 'HOME', '/tmp'],
    ...systemFolders.map((folder) => ['--ro-bind-try', folder, folder]),
    ['--symlink', 'usr/bin', '/bin'],
    ['--symlink', 'usr/lib', '/lib'],
    ['--symlink', 'usr/lib64', '/lib64'],
    ['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
    ['--ro-bind-try', '/etc/alternatives', '/etc/alternatives'],
    ['--dev', '/dev'],
    ['--tmpfs', '/tmp'],
    // Graphics drivers look at /proc and /sys; on the processor alone the server runs without them.
    ...(gpu
      ? [
          ['--proc', '/proc'],
          ['--ro-bind', '/sys', '/sys'],
          ['--ro-bind-try', '/etc/vulkan', '/etc/vulkan'],
          ['--ro-bind-try', '/etc/OpenCL', '/etc/OpenCL'],
        ]
      : []),
    ...input.gpuNodes.map((node) => ['--dev-bind-try', node, node]),
    ...(isSystem(files.program) ? [] : [['--ro-bind', parent(files.program), parent(files.program)]]),
    ['--bind', parent(files.socket), parent(files.socket)],
    ['--ro-bind', input.modelPath, input.modelPath],
    ['--ro-bind', files.keyFile, files.keyFile],
    ['--remount-ro', '/'],
    ['--chdir', '/'],
  ];
  return [input.bwrap, ...flags.flat(), '--', ...command];
}

export function isSystem(path: string): boolean {
  return [...systemFolders, '/bin'].some((folder) => path.startsWith(`${folder}/`));
}

export function parent(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}
